"""Functions of doubles as Java's Math has them, where DuckDB's differ in the last bits.

Inverse sines and tangents are StrictMath's, which is FDLIBM; cube roots and logarithms to base 10
are the nearest doubles, as the processor's own are in all but some cases of a thousand. DuckDB's
cube root of 27 is not 3.
Source: https://www.netlib.org/fdlibm/ (s_atan.c, e_atan2.c, e_asin.c, e_acos.c)
"""

from __future__ import annotations

import math
import struct
from decimal import Context, Decimal

_EXACT = Context(prec=34)
_NEAR = Context(prec=22)


def cbrt(x: float) -> float:
    """One step of Newton's from the double's cube root, on 34 digits."""
    if x == 0 or not math.isfinite(x):
        return x
    value, root = Decimal(x), Decimal(math.cbrt(x))
    square = _EXACT.multiply(root, root)
    rest = _EXACT.subtract(_EXACT.multiply(square, root), value)
    return float(_EXACT.subtract(root, _EXACT.divide(rest, _EXACT.multiply(square, Decimal(3)))))


def log10(x: float) -> float:
    if math.isnan(x) or x < 0:
        return math.nan
    if x == 0 or math.isinf(x):
        return math.inf if x else -math.inf
    return float(_NEAR.log10(Decimal(x)))


def _high(x: float) -> int:
    """The first 32 bits."""
    return int(struct.unpack(">I", struct.pack(">d", x)[:4])[0])


def _without_low(x: float) -> float:
    return float(struct.unpack(">d", struct.pack(">II", _high(x), 0))[0])


_ATAN_HIGH = (4.63647609000806093515e-01, 7.85398163397448278999e-01,
              9.82793723247329054082e-01, 1.57079632679489655800e00)  # fmt: skip
_ATAN_LOW = (2.26987774529616870924e-17, 3.06161699786838301793e-17,
             1.39033110312309984516e-17, 6.12323399573676603587e-17)  # fmt: skip
_ATAN = (3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01,
         -1.11111104054623557880e-01, 9.09088713343650656196e-02, -7.69187620504482999495e-02,
         6.66107313738753120669e-02, -5.83357013379057348645e-02, 4.97687799461593236017e-02,
         -3.65315727442169155270e-02, 1.62858201153657823623e-02)  # fmt: skip


def atan(x: float) -> float:
    if math.isnan(x):
        return x
    value = abs(x)
    if value >= 2.0**66:
        return math.copysign(_ATAN_HIGH[3] + _ATAN_LOW[3], x)
    part, reduced = _reduced(value, x)
    if part < 0 and value < 2.0**-29:
        return x
    z = reduced * reduced
    w = z * z
    a = _ATAN
    s1 = z * (a[0] + w * (a[2] + w * (a[4] + w * (a[6] + w * (a[8] + w * a[10])))))
    s2 = w * (a[1] + w * (a[3] + w * (a[5] + w * (a[7] + w * a[9]))))
    if part < 0:
        return reduced - reduced * (s1 + s2)
    z = _ATAN_HIGH[part] - ((reduced * (s1 + s2) - _ATAN_LOW[part]) - reduced)
    return math.copysign(z, x)


def _reduced(value: float, x: float) -> tuple[int, float]:
    high = _high(value)
    if high < 0x3FDC0000:
        return -1, x
    if high < 0x3FE60000:
        return 0, (2.0 * value - 1.0) / (2.0 + value)
    if high < 0x3FF30000:
        return 1, (value - 1.0) / (value + 1.0)
    if high < 0x40038000:
        return 2, (value - 1.5) / (1.0 + 1.5 * value)
    return 3, -1.0 / value


_PI_LOW = 1.2246467991473531772e-16


def atan2(y: float, x: float) -> float:
    if x == 0 or y == 0 or not math.isfinite(x) or not math.isfinite(y):
        return math.atan2(y, x)
    if x == 1.0:
        return atan(y)
    exponents = (_high(abs(y)) - _high(abs(x))) >> 20
    if exponents > 60:
        z = math.pi / 2 + 0.5 * _PI_LOW
    elif x < 0 and exponents < -60:
        z = 0.0
    else:
        z = atan(abs(y / x))
    if x > 0:
        return math.copysign(z, y)
    return math.pi - (z - _PI_LOW) if y > 0 else (z - _PI_LOW) - math.pi


_P = (1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01,
      -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05,
      )  # fmt: skip
_Q = (1.0, -2.40339491173441421878e00, 2.02094576023350569471e00,
      -6.88283971605453293030e-01, 7.70381505559019352791e-02)  # fmt: skip
_HALF_PI, _HALF_PI_LOW, _QUARTER_PI = (
    1.57079632679489655800e00, 6.12323399573676603587e-17, 7.85398163397448278999e-01,
)  # fmt: skip


def _ratio(t: float) -> float:
    p = t * (_P[0] + t * (_P[1] + t * (_P[2] + t * (_P[3] + t * (_P[4] + t * _P[5])))))
    q = _Q[0] + t * (_Q[1] + t * (_Q[2] + t * (_Q[3] + t * _Q[4])))
    return p / q


def asin(x: float) -> float:
    value = abs(x)
    if math.isnan(x) or value > 1:
        return math.nan
    if value == 1:
        return x * _HALF_PI + x * _HALF_PI_LOW
    if value < 0.5:
        return x if value < 2.0**-27 else x + x * _ratio(x * x)
    t = (1.0 - value) * 0.5
    s, ratio = math.sqrt(t), _ratio(t)
    if _high(value) >= 0x3FEF3333:
        t = _HALF_PI - (2.0 * (s + s * ratio) - _HALF_PI_LOW)
        return math.copysign(t, x)
    w = _without_low(s)
    c = (t - w * w) / (s + w)
    p = 2.0 * s * ratio - (_HALF_PI_LOW - 2.0 * c)
    q = _QUARTER_PI - 2.0 * w
    return math.copysign(_QUARTER_PI - (p - q), x)


def acos(x: float) -> float:
    value = abs(x)
    if math.isnan(x) or value > 1:
        return math.nan
    if value == 1:
        return 0.0 if x > 0 else math.pi + 2.0 * _HALF_PI_LOW
    if value < 0.5:
        if value <= 2.0**-57:
            return _HALF_PI + _HALF_PI_LOW
        return _HALF_PI - (x - (_HALF_PI_LOW - x * _ratio(x * x)))
    z = (1.0 - value) * 0.5
    s, ratio = math.sqrt(z), _ratio(z)
    if x < 0:
        return math.pi - 2.0 * (s + (ratio * s - _HALF_PI_LOW))
    df = _without_low(s)
    c = (z - df * df) / (s + df)
    return 2.0 * (df + (ratio * s + c))
