"""The program's output: one JSON object a line in production, plain lines for people elsewhere."""

import json
import logging
from datetime import UTC, datetime

from keyi.audit import context

EXTRAS = ("ms", "view", "user")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": context.current().request,
        }
        said |= {name: getattr(record, name) for name in EXTRAS if hasattr(record, name)}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(
            {name: value for name, value in said.items() if value not in ("", None)}, ensure_ascii=False
        )
