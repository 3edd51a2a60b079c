"""Functions of bytes that DuckDB has no equal for, in Python.

Source: https://trino.io/docs/current/functions/binary.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable

from local.athena.errors import QueryFailure


def _wrong(message: str) -> QueryFailure:
    return QueryFailure("INVALID_FUNCTION_ARGUMENT", message)


def from_hex(text: bytes) -> bytes:
    if len(text) % 2 or not re.fullmatch(b"[0-9A-Fa-f]*", text):
        raise _wrong("not hexadecimal digits")
    return binascii.unhexlify(text)


def to_base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def to_base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()


def _of_base64(alphabet: bytes) -> Callable[[bytes], bytes]:
    """As Java reads it: the padding may be missing as a whole, and nothing else."""
    shape = re.compile(b"([" + alphabet + b"]*)(=*)")

    def function(text: bytes) -> bytes:
        found = shape.fullmatch(text)
        if found is None:
            raise _wrong("Illegal base64 character")
        missing = -len(found[1]) % 4
        if missing == 3 or len(found[2]) not in (0, missing):
            raise _wrong("Input byte array has wrong 4-byte ending unit")
        return base64.b64decode(found[1] + b"=" * missing, b"-_" if b"_" in alphabet else b"+/")

    return function


from_base64 = _of_base64(b"A-Za-z0-9+/")
from_base64url = _of_base64(rb"A-Za-z0-9_\-")


def digest(name: str) -> Callable[[bytes], bytes]:
    return lambda value: hashlib.new(name, value).digest()


def keyed_digest(name: str) -> Callable[[bytes, bytes], bytes]:
    def function(value: bytes, key: bytes) -> bytes:
        if not key:
            raise QueryFailure("GENERIC_INTERNAL_ERROR", "Empty key")
        return hmac.new(key, value, name).digest()

    return function


def crc32(value: bytes) -> int:
    return zlib.crc32(value)


def substr(value: bytes, start: int, length: int) -> bytes:
    """From 1, or from the end if start < 0; empty if it begins outside."""
    begin = start - 1 if start > 0 else len(value) + start
    if start == 0 or not 0 <= begin < len(value) or length <= 0:
        return b""
    return value[begin : begin + length]


def reverse(value: bytes) -> bytes:
    return value[::-1]


def from_utf8(value: bytes, replacement: str) -> str:
    """Each sequence that is wrong becomes the replacement: none, or one character."""
    if len(replacement) > 1:
        raise _wrong("Replacement character string must empty or a single character")
    try:
        return value.decode()
    except UnicodeDecodeError:
        pass
    pieces, i = [], 0
    while i < len(value):
        length, is_valid = _sequence(value[i : i + 6])
        pieces.append(value[i : i + length].decode() if is_valid else replacement)
        i += length
    return "".join(pieces)


# By the first byte: how long a sequence says it is, those that UTF-8 had once, too.
_LENGTHS = ((0x80, 1), (0xC0, 0), (0xE0, 2), (0xF0, 3), (0xF8, 4), (0xFC, 5), (0xFE, 6))


def _sequence(value: bytes) -> tuple[int, bool]:
    """How many bytes belong together, and whether they are a character."""
    wanted = next((length for limit, length in _LENGTHS if value[0] < limit), 0)
    if wanted < 2:
        return 1, wanted == 1
    for i in range(1, wanted):
        if i >= len(value) or value[i] & 0xC0 != 0x80:
            return i, False
    try:
        value[:wanted].decode()
    except UnicodeDecodeError:
        return wanted, False
    return wanted, True


_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
_64 = 2**64 - 1


def _rotated(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (64 - bits))) & _64


def _round(acc: int, lane: int) -> int:
    return _rotated((acc + lane * _P2) & _64, 31) * _P1 & _64


def xxhash64(value: bytes) -> bytes:
    """https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, with the seed 0."""

    def lane(at: int, size: int = 8) -> int:
        return int.from_bytes(value[at : at + size], "little")

    at = 0
    if len(value) >= 32:
        accs = [(_P1 + _P2) & _64, _P2, 0, -_P1 & _64]
        while at + 32 <= len(value):
            accs = [_round(acc, lane(at + 8 * i)) for i, acc in enumerate(accs)]
            at += 32
        found = sum(map(_rotated, accs, (1, 7, 12, 18))) & _64
        for acc in accs:
            found = ((found ^ _round(0, acc)) * _P1 + _P4) & _64
    else:
        found = _P5
    found = (found + len(value)) & _64
    while at + 8 <= len(value):
        found = (_rotated(found ^ _round(0, lane(at)), 27) * _P1 + _P4) & _64
        at += 8
    if at + 4 <= len(value):
        found = (_rotated(found ^ lane(at, 4) * _P1 & _64, 23) * _P2 + _P3) & _64
        at += 4
    for byte in value[at:]:
        found = _rotated(found ^ byte * _P5 & _64, 11) * _P1 & _64
    found = (found ^ found >> 33) * _P2 & _64
    found = (found ^ found >> 29) * _P3 & _64
    return (found ^ found >> 32).to_bytes(8, "big")
