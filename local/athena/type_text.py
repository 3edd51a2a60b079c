"""Types as Glue and SQL write them.

Sources: https://trino.io/docs/current/language/types.html and
https://docs.aws.amazon.com/athena/latest/ug/data-types.html.
"""

from __future__ import annotations

import re

from local.athena.errors import QueryFailure, not_supported
from local.athena.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DAY_INTERVAL,
    DOUBLE,
    INTEGER,
    JSON,
    MONTH_INTERVAL,
    REAL,
    SMALLINT,
    TINYINT,
    UNKNOWN,
    VARBINARY,
    VARCHAR,
    Type,
    decimal,
    time,
    timestamp,
    varchar,
)

_ALIASES = {
    "int": INTEGER,
    "long": BIGINT,
    "short": SMALLINT,
    "byte": TINYINT,
    "float": REAL,
    "string": VARCHAR,
    "binary": VARBINARY,
    "timestamptz": timestamp(6, zoned=True),
}
_PLAIN = {
    t.name: t
    for t in (
        *(BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE),
        *(VARCHAR, VARBINARY, DATE, JSON, UNKNOWN),
    )
}
_WORD = re.compile(r'\s*("(?:[^"]|"")*"|[A-Za-z_0-9]+|[(),<>:])')


def parse_type(text: str) -> Type:
    """Read a type as Glue or Trino writes it: `array<string>`, `row(a bigint)`, `decimal(10,2)`.

    A timestamp without a precision is a `timestamp(3)`, as in Athena. A type that is not known
    is a QueryFailure.
    """
    words = _WORD.findall(text)
    if "".join(words).replace(" ", "") != re.sub(r"\s+", "", text) or not words:
        raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {text}")
    reader = _TypeReader(text, words)
    found = reader.read()
    if reader.words:
        raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {text}")
    return found


# Where a type has no name before it, these two words are its own.
_TWO_WORDS = (
    ("interval", "day"), ("interval", "year"), ("timestamp", "with"), ("time", "with"),
    ("double", "precision"),
)  # fmt: skip


class _TypeReader:
    def __init__(self, text: str, words: list[str]) -> None:
        self.text = text
        self.words = words

    def read(self) -> Type:
        name = self._next().lower()
        if name in ("timestamp", "time"):
            return self._timestamp(name)
        if name == "interval":
            return self._interval()
        if name == "double" and self._peek().lower() == "precision":
            self._next()
        if name in ("decimal", "numeric", "dec"):
            sizes = self._sizes() if self._peek() == "(" else (38,)
            return decimal(sizes[0], sizes[1] if len(sizes) > 1 else 0)
        if name == "varchar":
            return varchar(self._sizes()[0]) if self._peek() == "(" else VARCHAR
        if name == "char":
            return Type("char", (self._sizes()[0] if self._peek() == "(" else 1,))
        if name in ("array", "map", "row", "struct"):
            return self._nested(name)
        found = _ALIASES.get(name) or _PLAIN.get(name)
        if found is None:
            raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {self.text}")
        return found

    def _timestamp(self, name: str) -> Type:
        precision = self._sizes()[0] if self._peek() == "(" else 3
        zoned = [w.lower() for w in self.words[:3]] == ["with", "time", "zone"]
        if zoned:
            del self.words[:3]
        if name == "time":
            if zoned:
                raise not_supported("type time with time zone")
            return time(precision)
        return timestamp(precision, zoned=zoned)

    def _interval(self) -> Type:
        name = " ".join(["interval", *(w.lower() for w in self.words[:3])])
        for found in (DAY_INTERVAL, MONTH_INTERVAL):
            if found.name == name:
                del self.words[:3]
                return found
        raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {self.text}")

    def _nested(self, name: str) -> Type:
        self._next()
        parts: list[tuple[str | None, Type]] = []
        while True:
            label: str | None = None
            if name in ("row", "struct"):
                two = tuple(word.lower() for word in self.words[:2])
                is_name = len(two) == 2 and two[1] not in (",", ")", "(", "<", ">")
                if is_name and two not in _TWO_WORDS:
                    label = _label(self._next())
                if self._peek() == ":":
                    self._next()
            parts.append((label, self.read()))
            if self._next() in (")", ">"):
                break
        return Type("row" if name == "struct" else name, parts=tuple(parts))

    def _sizes(self) -> tuple[int, ...]:
        self._next()
        sizes: list[int] = []
        while (word := self._next()) != ")":
            if word != ",":
                sizes.append(int(word))
        return tuple(sizes)

    def _peek(self) -> str:
        return self.words[0] if self.words else ""

    def _next(self) -> str:
        if not self.words:
            raise QueryFailure("TYPE_NOT_FOUND", f"Unknown type: {self.text}")
        return self.words.pop(0)


def _label(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()
