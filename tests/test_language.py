"""The English site has no Chinese left but the data, marked as Chinese; the Chinese site no English.

The Chinese pages are those that tests/test_every_url.py opens.
"""

import re
from collections.abc import Iterator

from django.apps import apps

from tests.objects import Objects
from tests.pages import Address, Clients, Reader, everyones

HAN = re.compile("[\u3001-\u30ff\u4e00-\u9fff\uff00-\uffef]+")
WORD = re.compile("[A-Za-z]{3,}")
PLACEHOLDER = re.compile(r"\{\w+\}")  # filled in by the script of the page
# What is called so in Chinese too, and what a person types exactly so.
LATIN = """
    ICP Keyi Apache CSV Word Excel PDF JPG PNG jpg png pdf docx xlsx ZIP zip Atom CMA CNAS WCAG JavaScript Cookie
    Tab Enter EXIF GPS URL Chrome Linux Firefox Safari UTF iCAP PCR
    JSON RFC ISO OpenAPI application problem json api changes cursor next RateLimit Remaining Reset
    Idempotency Key edits multipart form data file submit recall revise
    insCode innerId CERS SJ3 XML
    relevance newest value hours city share external
    code name parent guangpu http https www com example mail
"""


def of_the_data() -> str:
    """Every text the database holds: names, addresses, what people wrote."""
    return "\n".join(
        str(value)
        for model in apps.get_models()
        if model.__module__.startswith("keyi.")
        for row in model._default_manager.values_list()
        for value in row
        if isinstance(value, str | list | dict)
    )


def is_page_in(language: str, html: str) -> bool:
    """It declares its language and has one heading; a piece of a page need not."""
    return "<html" not in html or (f'<html lang="{language}"' in html and html.count("<h1") == 1)


def english_pages(objects: Objects) -> Iterator[tuple[Address, str]]:
    """Every page as everybody sees it."""
    clients = Clients(objects, "en")
    for address in everyones(objects):
        response = clients[address.person].get(address.url)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            html = response.content.decode()
            assert is_page_in("en", html), address
            yield address, html


def test_english_pages_have_no_chinese_but_the_data_and_that_is_marked(db):
    objects = Objects()
    data, left = of_the_data(), set()
    for address, html in english_pages(objects):
        for text in Reader.of(html):
            if text.language.startswith("zh"):
                continue
            runs = [run for run in HAN.findall(text.text) if not (text.is_plain and run in data)]
            left.update((address.row, run, text.text[:60]) for run in runs)
    assert sorted(left) == []


def english_words(html: str, data: str) -> set[tuple[str, str]]:
    """{(word, the text it stands in)} on a Chinese page, but for names and what the database holds."""
    found = set()
    for text in Reader.of(html):
        if not text.language.startswith("en"):
            words = set(WORD.findall(PLACEHOLDER.sub("", text.text))) - set(LATIN.split())
            found |= {(word, text.text[:60]) for word in words if word not in data}
    return found
