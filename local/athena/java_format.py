"""format(): what of java.util.Formatter is known to be equal.

https://docs.oracle.com/en/java/javase/24/docs/api/java.base/java/util/Formatter.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from local.athena.errors import QueryFailure, not_supported

_SPECIFIER = re.compile(r"%(?:([1-9][0-9]?)\$)?([-+ 0,(]*)([1-9][0-9]{0,3})?(?:\.([0-9]{1,3}))?(.)")
_FLAGS = {
    "d": ("", "-", "0", ",", "+", "+,", ",+", " ", "(", ",0", "0,"),
    "f": ("", "-", "0", ",", "+", "+,", ",+", " ", "(", ",0", "0,"),
    "x": ("", "-", "0"),
    "X": ("", "-", "0"),
    "s": ("", "-"),
    "%": ("",),
    "n": ("",),
}
_EXACT = Context(prec=800, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Specifier:
    """One `%...` of a format; `index` counts arguments from 1, None is the next one."""

    written: str
    conversion: str
    flags: str = ""
    width: int = 0
    precision: int | None = None
    index: int | None = None


@lru_cache(maxsize=256)
def pieces(written: str) -> tuple[str | Specifier, ...]:
    """Text and specifiers in turn. Raises QueryFailure for what is not known."""
    found: list[str | Specifier] = []
    at = 0
    while at < len(written):
        sign = written.find("%", at)
        if sign < 0:
            found.append(written[at:])
            break
        if sign > at:
            found.append(written[at:sign])
        match = _SPECIFIER.match(written, sign)
        if match is None:
            raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"Invalid format string: {written}")
        found.append(_specifier(match))
        at = match.end()
    return tuple(found)


def _specifier(match: re.Match[str]) -> Specifier:
    index, flags, width, precision, conversion = match.groups()
    is_known = flags in _FLAGS.get(conversion, ())
    has_width = width is not None
    if not is_known or (precision is not None and conversion != "f"):
        raise not_supported(f"format {match[0]}")
    if (not has_width and ("-" in flags or "0" in flags)) or (conversion in "%n" and has_width):
        raise not_supported(f"format {match[0]}")
    return Specifier(
        match[0],
        conversion,
        flags,
        int(width or 0),
        None if precision is None else int(precision),
        int(index) if index else None,
    )


@lru_cache(maxsize=256)
def specifier(written: str) -> Specifier:
    """The one specifier that `written` is."""
    match = _SPECIFIER.fullmatch(written)
    if match is None:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", f"Invalid format string: {written}")
    return _specifier(match)


def whole(value: int, written: str) -> str:
    """%d and %x of a whole number; a negative one in hexadecimal is of 64 bits."""
    s = specifier(written)
    if s.conversion == "d":
        return _signed(value < 0, str(abs(value)), s)
    digits = f"{value & (2**64 - 1):{s.conversion}}"
    return digits.zfill(s.width) if "0" in s.flags else padded(digits, s)


def real(value: float, written: str) -> str:
    """%f of a double, rounded half up from its shortest digits."""
    s = specifier(written)
    if value != value:
        return padded("NaN", s)
    if value in (float("inf"), float("-inf")):
        plain = Specifier(s.written, "f", s.flags.replace("0", "").replace(",", ""), s.width)
        return _signed(value < 0, "Infinity", plain)
    return exact(repr(value), written)


def exact(value: str, written: str) -> str:
    """%f of a decimal."""
    s = specifier(written)
    digits = 6 if s.precision is None else s.precision
    number = Decimal(value)
    rounded = abs(number).quantize(Decimal(1).scaleb(-digits), context=_EXACT)
    return _signed(number.is_signed(), f"{rounded:f}", s)


def string(value: str, written: str) -> str:
    return padded(value, specifier(written))


def null(s: Specifier) -> str:
    """What is written of null."""
    return padded("null" if s.precision is None else "null"[: s.precision], s)


def _signed(is_negative: bool, digits: str, s: Specifier) -> str:
    if "," in s.flags:
        digits = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+(?![0-9]))", ",", digits.partition(".")[0]) + (
            f".{digits.partition('.')[2]}" if "." in digits else ""
        )
    before = "+" if "+" in s.flags else " " if " " in s.flags else ""
    behind = ""
    if is_negative:
        before, behind = ("(", ")") if "(" in s.flags else ("-", "")
    if "0" in s.flags:
        digits = digits.zfill(s.width - len(before) - len(behind))
    return padded(before + digits + behind, s)


def padded(text: str, s: Specifier) -> str:
    """To the width, in halves of UTF-16, to the right unless told."""
    missing = " " * (s.width - len(text.encode("utf-16-le")) // 2)
    return text + missing if "-" in s.flags else missing + text
