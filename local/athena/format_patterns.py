"""Patterns of dates and times, MySQL's (`%Y-%m-%d`) and Joda-Time's (`yyyy-MM-dd`), as elements.

Sources: https://trino.io/docs/current/functions/datetime.html#mysql-date-functions and
https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from local.athena.errors import QueryFailure, not_supported


@dataclass(frozen=True)
class Element:
    """One part of a pattern: a literal `text`, or a `field` shown in `width` digits.

    `most` is how many digits are read at most; `kind` is number, short, long or two (digits of
    a year).
    """

    field: str
    width: int = 0
    most: int = 0
    kind: str = "number"
    text: str = ""


def literal(text: str) -> Element:
    return Element("", text=text)


def _number(field: str, width: int, most: int = 2) -> Element:
    return Element(field, width, most)


# Without a most, as many digits are read as there are; see `_adjacent`.
_MYSQL: dict[str, tuple[Element, ...]] = {
    "a": (Element("weekday", kind="short"),),
    "b": (Element("month", kind="short"),),
    "c": (_number("month", 1),),
    "d": (_number("day", 2),),
    "e": (_number("day", 1),),
    "f": (_number("fraction", 6, 9),),
    "H": (_number("hour", 2),),
    "h": (_number("clockhour_of_half", 2),),
    "I": (_number("clockhour_of_half", 2),),
    "i": (_number("minute", 2),),
    "j": (_number("day_of_year", 3, 3),),
    "k": (_number("hour", 1),),
    "l": (_number("clockhour_of_half", 1),),
    "M": (Element("month", kind="long"),),
    "m": (_number("month", 2),),
    "p": (Element("half", kind="short"),),
    "r": (
        _number("clockhour_of_half", 2), literal(":"), _number("minute", 2), literal(":"),
        _number("second", 2), literal(" "), Element("half", kind="short"),
    ),
    "S": (_number("second", 2),),
    "s": (_number("second", 2),),
    "T": (
        _number("hour", 2), literal(":"), _number("minute", 2), literal(":"), _number("second", 2),
    ),
    "v": (_number("week", 2),),
    "W": (Element("weekday", kind="long"),),
    "x": (_number("weekyear", 4, 4),),
    "Y": (_number("year", 4, 4),),
    "y": (Element("year", 2, 2, "two"),),
    "%": (literal("%"),),
}  # fmt: skip
_MYSQL_UNKNOWN = "DUuVwX"


@lru_cache(maxsize=256)
def mysql(pattern: str) -> tuple[Element, ...]:
    """Raises INVALID_FUNCTION_ARGUMENT for what Trino does not know."""
    elements: list[Element] = []
    i = 0
    while i < len(pattern):
        character, i = pattern[i], i + 1
        if character != "%":
            elements.append(literal(character))
        elif i < len(pattern):
            letter, i = pattern[i], i + 1
            if letter in _MYSQL_UNKNOWN:
                raise _wrong(f"%{letter} not supported in date format string")
            elements.extend(_MYSQL.get(letter, (literal(letter),)))
    if not elements:
        raise _wrong("Both printing and parsing not supported")
    return tuple(elements)


def _wrong(message: str) -> QueryFailure:
    return QueryFailure("INVALID_FUNCTION_ARGUMENT", message)


_JODA_TEXTS = {"E": "weekday", "a": "half", "G": "era", "M": "month"}
_JODA_NUMBERS = {
    "C": ("century", 9), "y": ("year", 9), "Y": ("year", 9), "x": ("weekyear", 9),
    "M": ("month", 2), "d": ("day", 2), "D": ("day_of_year", 3), "w": ("week", 2),
    "e": ("weekday", 1), "H": ("hour", 2), "k": ("clockhour", 2), "K": ("hour_of_half", 2),
    "h": ("clockhour_of_half", 2), "m": ("minute", 2), "s": ("second", 2),
}  # fmt: skip
_TOKEN = re.compile(r"([A-Za-z])\1*|'((?:[^']|'')*)(?:'|\Z)|[^A-Za-z']+")


@lru_cache(maxsize=256)
def joda(pattern: str) -> tuple[Element, ...]:
    """Raises INVALID_FUNCTION_ARGUMENT for what Joda-Time does not know."""
    if not pattern:
        raise _wrong("Invalid pattern specification")
    tokens = list(_TOKEN.finditer(pattern))
    return tuple(
        _joda_element(token, tokens[i + 1] if i + 1 < len(tokens) else None)
        for i, token in enumerate(tokens)
    )


def _joda_element(token: re.Match[str], following: re.Match[str] | None) -> Element:
    letter, width = token[1], len(token[0])
    if letter is None:
        quoted = token[0].startswith("'")
        return literal((token[2].replace("''", "'") or "'") if quoted else token[0])
    if letter in ("Z", "z"):
        return Element("zone" if letter == "Z" else "zone_name", width)
    if letter == "S":
        return Element("fraction", width, width)
    if letter in _JODA_TEXTS and (letter != "M" or width >= 3):
        return Element(_JODA_TEXTS[letter], kind="long" if width >= 4 else "short")
    if letter not in _JODA_NUMBERS:
        raise _wrong(f"Illegal pattern component: {token[0]}")
    field, most = _JODA_NUMBERS[letter]
    if letter in "xyY" and width == 2:
        return Element(field, 2, 2, "two_lenient")
    if letter in "CxyY" and _is_number(following):
        most = width
    return Element(field, width, max(most, width) if letter not in "CxyY" else most)


def _is_number(token: re.Match[str] | None) -> bool:
    if token is None or token[1] is None:
        return False
    is_text = token[1] == "M" and len(token[0]) > 2
    return (token[1] in _JODA_NUMBERS or token[1] == "S") and not is_text


def need_readable(name: str, elements: tuple[Element, ...]) -> None:
    """Refuse patterns whose parts together make no date in a way that is plain."""
    known = (
        {"year", "month", "day", "weekday"},
        {"year", "day_of_year"},
        {"weekyear", "week", "weekday"},
    )
    found = {e.field for e in elements if e.field}
    days = found & set().union(*known)
    is_plain = any(days <= k for k in known) and ("week" not in days or "weekyear" in days)
    has_day = "weekday" not in days or "week" in days or "day" in days
    if not is_plain or not has_day or found & {"zone_name", "era", "century"}:
        raise not_supported(f"function {name} with such a format")
    if any(e.kind == "two_lenient" or (e.field == "zone" and e.width > 2) for e in elements):
        raise not_supported(f"function {name} with such a format")
