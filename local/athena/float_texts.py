"""Doubles and reals as CAST writes them: always with an exponent, as in `1.5E0`.

Trino formats with Java's DecimalFormat, which takes more digits than are needed for some whole
numbers above 2^53 and for powers of two; those are not followed, and an empty text stands for
them.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal

_REAL_DIGITS = Context(prec=7, rounding=ROUND_HALF_EVEN)


def of_double(value: float) -> str:
    """The shortest digits that read back as the double; '' for what is not followed."""
    if not math.isfinite(value):
        return _not_finite(value)
    written = Decimal(repr(value))
    digits = len(written.as_tuple().digits)
    is_power_of_two = math.frexp(abs(value))[0] == 0.5
    is_odd = 2.0**53 <= abs(value) < 1e25 or 0 < abs(value) < 1e-300
    if is_odd or (is_power_of_two and digits > 15):
        return ""
    return _scientific(written)


def of_real(written: str) -> str:
    """Of the double that a real's shortest digits are, seven digits."""
    value = float(written)
    if not math.isfinite(value):
        return _not_finite(value)
    return _scientific(_REAL_DIGITS.create_decimal(Decimal(value)))


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _scientific(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    if number == 0:
        # A constant loses its sign in Trino, a column's value does not.
        return "" if sign else "0E0"
    text = "".join(map(str, digits)).rstrip("0")
    power = len(digits) - 1 + int(exponent)
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{power}"
