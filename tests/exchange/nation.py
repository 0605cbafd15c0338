"""A national platform for tests: a real SOAP 1.1 server that checks every element before it says 100.

Its rules are the published list of elements (nrii_fields.csv) where that stands beside the project, as the list itself
may not be carried; elsewhere they are read from the adapter's own layouts.
"""

import csv
import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

from keyi.exchange.national.layouts import LAYOUTS

LIST = Path(__file__).resolve().parents[3] / "shared" / "codes" / "nrii_fields.csv"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
EITHER = {"serviceTime", "serviceAmount"}  # one of them
NAMESPACE = "http://service.example.org/"


@dataclass(frozen=True)
class Rule:
    most: int
    is_required: bool


def rules() -> dict[str, dict[str, Rule]]:
    """Kind → element → rule."""
    return _published() if LIST.exists() else _own()


def _own() -> dict[str, dict[str, Rule]]:
    return {
        str(kind): {element.name: Rule(element.most, element.is_required) for element in layout}
        for kind, layout in LAYOUTS.items()
    }


def _published() -> dict[str, dict[str, Rule]]:
    found: dict[str, dict[str, Rule]] = {}
    with LIST.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if "2016 version" not in row["data_type"]:
                elements = found.setdefault(row["data_type"][0], {})
                elements.update(_elements(row))
    return found


def _elements(row: dict[str, str]) -> dict[str, Rule]:
    names = re.split(r"[/+ ]+", row["element"].replace("One..Five", "One/Two/Three/Four/Five"))
    names = [names[0], *(name if name[0].islower() else f"researchFile{name}" for name in names[1:])]
    lengths = re.findall(r"\d+", row["max_len"]) if "items" not in row["max_len"] else []
    most = [int(number) for number in lengths] or [0]
    each = (
        most if len(most) == len(names) else [max(most[:1] if "(" in row["max_len"] else most)] * len(names)
    )
    return {name: Rule(each[place], row["required"] == "Y") for place, name in enumerate(names)}


class Nation:
    """Keeps what it was sent. ``says`` replaces the next answers; None: no answer at all."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, dict[str, str]]] = []
        self.says: list[str | None] = []
        self.rules = rules()
        nation = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                nation.answer(self)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/instruInfo"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        assert request.headers["Content-Type"].startswith("text/xml")
        assert request.headers["SOAPAction"] == '""'
        content = request.rfile.read(int(request.headers["Content-Length"]))
        said = self.says.pop(0) if self.says else self.judge(content)
        if said is None:
            request.close_connection = True
            return
        body = (
            f'<soap:Envelope xmlns:soap="{SOAP[1:-1]}"><soap:Body><n:instruInfoResponse xmlns:n="{NAMESPACE}">'
            f"<return>{said}</return></n:instruInfoResponse></soap:Body></soap:Envelope>"
        ).encode()
        request.send_response(200)
        request.send_header("Content-Type", "text/xml; charset=utf-8")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def judge(self, content: bytes) -> str:
        root = ElementTree.fromstring(content)
        method = root.find(f"{SOAP}Body")[0]
        assert method.tag == f"{{{NAMESPACE}}}instruInfo"
        code, kind, text = (method.find(name).text or "" for name in ("insCode", "instruType", "instruList"))
        record = json.loads(text)
        if not re.fullmatch("[0-9a-f]{32}", code):
            return "200"
        if wrong := self.wrong(kind, record):
            return f"101:{wrong}"
        self.taken.append((code, kind, record))
        return "100"

    def wrong(self, kind: str, record: dict[str, str]) -> str:
        """The first element that is unknown, missing, too long, or no text."""
        known = self.rules[kind]
        for name, value in record.items():
            if name not in known or not isinstance(value, str) or not value:
                return f"{name}?"
            if known[name].most and len(value) > known[name].most:
                return f"{name} > {known[name].most}"
        missing = {name for name, rule in known.items() if rule.is_required} - record.keys()
        missing -= EITHER if EITHER & record.keys() else set()
        return f"{sorted(missing)} missing" if missing else ""
