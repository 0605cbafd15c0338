"""A page with every code field, for the browser tests of the combobox; never part of the site."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from keyi.codes.fields import CodeField, CodesField, DivisionField
from keyi.config.urls import handler404, urlpatterns  # noqa: F401 - the handlers belong to the addresses

PAGE = """{% extends "frames/public.html" %}{% load ui %}{% block title %}Scratch{% endblock %}
{% block content %}<h1>Scratch</h1>{% error_summary form %}
<form method="post" class="k-box" novalidate>{% csrf_token %}{% for bound in form %}{% field bound %}{% endfor %}
<button class="btn btn-primary" type="submit">Send</button></form>
{% if form.is_valid %}<p id="result">{{ form.result }}</p>{% endif %}{% endblock %}"""


class ScratchForm(forms.Form):
    category = CodeField(
        "instrument_class", label="仪器分类", leaves_only=True, help_text="输入名称、代码或拼音查找。"
    )
    subjects = CodesField("subject", label="学科", most=4, required=False)
    division = DivisionField(label="所在区县", required=False)

    def result(self) -> str:
        chosen = [self.cleaned_data["category"], *self.cleaned_data["subjects"]]
        return " ".join(item.pk for item in chosen)


def scratch(request: HttpRequest) -> HttpResponse:
    form = ScratchForm(request.POST or None)
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"form": form}, request), status=422 if form.errors else 200)


urlpatterns = [*urlpatterns, path("scratch/", scratch, name="scratch")]
