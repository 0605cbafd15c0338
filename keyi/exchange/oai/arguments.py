"""What a harvester asked: the protocol's arguments, checked, or the protocol's error."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import QueryDict

SALT = "keyi.oai"
PREFIXES = ("oai_dc", "datacite")
SECOND = timedelta(seconds=1)
DOCUMENTS, REMOVED = "d", "w"  # the two parts of a list, one after the other
LAST_DAY = "9999-12-30"  # the day after it can still be counted
LONGEST = 2_000  # of an argument
SELECTION = {"metadataPrefix": True, "from": False, "until": False, "set": False}
VERBS: dict[str, dict[str, bool]] = {  # verb → argument → whether it is needed
    "Identify": {},
    "ListMetadataFormats": {"identifier": False},
    "ListSets": {"resumptionToken": False},
    "GetRecord": {"identifier": True, "metadataPrefix": True},
    "ListIdentifiers": {**SELECTION, "resumptionToken": False},
    "ListRecords": {**SELECTION, "resumptionToken": False},
}


class OaiError(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code, self.text = code, text


@dataclass(frozen=True)
class Selection:
    """Which records, and where in them: everything a resumption token has to hold."""

    prefix: str
    since: str = ""
    until: str = ""
    chosen_set: str = ""
    part: str = DOCUMENTS
    after: tuple[str, int] = ("", 0)  # the last one given: its time and key

    @property
    def times(self) -> dict[str, datetime]:
        """The time filters: from the first second on, to the end of the last."""
        found = {}
        if self.since:
            found["gte"] = _moment(self.since)
        if self.until:
            is_day = len(self.until) == len("2026-01-01")
            found["lt"] = _moment(self.until) + (timedelta(days=1) if is_day else SECOND)
        return found

    @property
    def token(self) -> str:
        return signing.dumps(
            [self.prefix, self.since, self.until, self.chosen_set, self.part, *self.after], salt=SALT
        )


def read(query: QueryDict) -> tuple[str, dict[str, str]]:
    """The verb and its arguments. Raises OaiError."""
    if any(len(values) > 1 or len(values[0]) > LONGEST for _name, values in query.lists()):
        raise OaiError("badArgument", "An argument is repeated or too long.")
    said = {name: str(values[0]) for name, values in query.lists()}
    verb = said.pop("verb", "")
    if verb not in VERBS:
        raise OaiError("badVerb", "The verb is missing or unknown.")
    known = VERBS[verb]
    if "resumptionToken" in said and "resumptionToken" in known:
        if len(said) > 1:
            raise OaiError("badArgument", "resumptionToken goes with no other argument.")
        return verb, said
    if wrong := [name for name in said if name not in known]:
        raise OaiError("badArgument", f"Not an argument of {verb}: {wrong[0][:40]}")
    if missing := [name for name, is_needed in known.items() if is_needed and not said.get(name)]:
        raise OaiError("badArgument", f"Missing: {missing[0]}")
    return verb, said


def check_prefix(prefix: str) -> None:
    if prefix not in PREFIXES:
        raise OaiError("cannotDisseminateFormat", "The formats are oai_dc and datacite.")


def selection(said: dict[str, str]) -> Selection:
    """Raises OaiError."""
    if token := said.get("resumptionToken"):
        return _resumed(token)
    check_prefix(said["metadataPrefix"])
    since, until = said.get("from", ""), said.get("until", "")
    for text in filter(None, (since, until)):
        _moment(text)
    if since and until and (len(since) != len(until) or since > until):
        raise OaiError("badArgument", "from and until need the same granularity, the earlier one first.")
    return Selection(said["metadataPrefix"], since, until, said.get("set", ""))


def _resumed(token: str) -> Selection:
    try:
        prefix, since, until, chosen_set, part, stamp, key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise OaiError("badResumptionToken", "This resumptionToken was not given here.") from error
    return Selection(prefix, since, until, chosen_set, part, (stamp, key))


def going_on(chosen: Selection, part: str, stamp: str = "", key: int = 0) -> Selection:
    return replace(chosen, part=part, after=(stamp, key))


def _moment(text: str) -> datetime:
    """Raises OaiError."""
    try:
        text = min(text, LAST_DAY) if len(text) == len(LAST_DAY) else text
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(dt.date.fromisoformat(text), dt.time(), UTC)
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text) and text < LAST_DAY:
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise OaiError("badArgument", "Times are written as 2026-01-31 or 2026-01-31T08:00:00Z.")


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def identifier_of(slug: str) -> str:
    return f"oai:{host()}:{slug}"


def slug_of(identifier: str) -> str:
    """Raises OaiError."""
    start = identifier_of("")
    slug = identifier.removeprefix(start)
    if not identifier.startswith(start) or not slug.isalnum():
        raise OaiError("idDoesNotExist", "There is no record of this identifier.")
    return slug


def stamp(moment: Any) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
