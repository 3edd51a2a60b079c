"""Whole numbers as texts in another base.

Source: https://trino.io/docs/current/functions/math.html#to_base
"""

from __future__ import annotations

import re

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def to_base(value: int, radix: int) -> str:
    """Raises ValueError for a radix that is not from 2 to 36."""
    _check(radix)
    rest, digits = abs(value), ""
    while rest or not digits:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if value < 0 else digits


def from_base(written: str, radix: int) -> int:
    """Raises ValueError for what is no such number of 64 bits."""
    _check(radix)
    if re.fullmatch("[+-]?[0-9a-zA-Z]+", written):
        try:
            value = int(written, radix)
        except ValueError:
            value = 2**63
        if -(2**63) <= value < 2**63:
            return value
    raise ValueError(f"Not a valid base-{radix} number {written}")


def _check(radix: int) -> None:
    if not 2 <= radix <= 36:
        raise ValueError("Radix must be between 2 and 36")
