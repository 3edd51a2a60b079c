"""Log lines as JSON objects on stderr, for CloudWatch and for people with jq."""

from __future__ import annotations

import json
import logging
import re
import sys

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# No store takes the first, and no encoding the second.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def one_line(text: str) -> str:
    """Text of anybody's as one line that can be stored and written anywhere.

    Control characters, and halves of surrogate pairs, are spaces in it.
    """
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


class JsonFormatter(logging.Formatter):
    """One JSON object a line: level, time, logger, message, and what `extra` adds."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def log_as_json(level: int = logging.INFO) -> None:
    """Send the job's own log lines to stderr; other libraries' only from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("glue_jobs").setLevel(level)
