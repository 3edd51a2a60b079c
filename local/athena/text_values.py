"""Functions of text that DuckDB has no equal for, in Python. Lengths are in code points.

Source: https://trino.io/docs/current/functions/string.html
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from local.athena.binary_values import xxhash64
from local.athena.errors import QueryFailure, not_supported


def _wrong(message: str) -> QueryFailure:
    return QueryFailure("INVALID_FUNCTION_ARGUMENT", message)


def reverse(text: str) -> str:
    return text[::-1]


def character(number: int) -> str:
    """chr: no halves of a pair."""
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise _wrong(f"Not a valid Unicode code point {number}")
    return chr(number)


def split(text: str, delimiter: str, limit: int) -> list[str]:
    """At most `limit` pieces: the last one holds the rest."""
    if limit <= 0:
        raise _wrong("Limit must be positive")
    if not delimiter:
        raise _wrong("The delimiter may not be the empty string")
    return text.split(delimiter, limit - 1)


def _entries(text: str, between: str, inside: str) -> list[tuple[str, str]]:
    found, start = [], 0
    while start < len(text):
        end = text.find(between, start)
        end = len(text) if end < 0 else end
        key_end = text.find(inside, start)
        value = key_end + len(inside)
        if not start <= key_end < end or start <= text.find(inside, value) < end:
            raise _wrong("Key-value delimiter must appear exactly once in each entry")
        found.append((text[start:key_end], text[value:end]))
        start = end + len(between)
    return found


def split_to_map(text: str, between: str, inside: str) -> dict[str, list[object]]:
    """As DuckDB takes a map: its keys and its values."""
    _check_delimiters(between, inside)
    entries = _entries(text, between, inside)
    found = dict(entries)
    if len(found) < len(entries):
        raise _wrong("Duplicate keys are not allowed")
    return _in_order(found)


def split_to_multimap(text: str, between: str, inside: str) -> dict[str, list[object]]:
    """As split_to_map, with all values of a key."""
    _check_delimiters(between, inside)
    found: dict[str, list[str]] = {}
    for key, value in _entries(text, between, inside):
        found.setdefault(key, []).append(value)
    return _in_order(found)


def _in_order(found: Mapping[str, object]) -> dict[str, list[object]]:
    """The order of a HashMap of Java's, whose keys are hashed by xxHash64."""
    size = 16
    while len(found) > size * 0.75:
        size *= 2

    def bucket(key: str) -> int:
        hashed = int.from_bytes(xxhash64(key.encode())[4:], "big")
        return (hashed ^ hashed >> 16) & (size - 1)

    keys = sorted(found, key=bucket)
    return {"key": list(keys), "value": [found[key] for key in keys]}


def _check_delimiters(between: str, inside: str) -> None:
    if not between:
        raise _wrong("entryDelimiter is empty")
    if not inside:
        raise _wrong("keyValueDelimiter is empty")
    if between == inside:
        raise _wrong("entryDelimiter and keyValueDelimiter must not be the same")


def joined(texts: list[str | None], separator: str) -> str:
    """Without those that are null."""
    return separator.join(t for t in texts if t is not None)


def position(text: str, part: str, instance: int) -> int:
    """strpos: where `part` stands for the n-th time, from the end if n < 0; 0 is nowhere."""
    if instance == 0:
        raise _wrong("instance must be a positive or negative number")
    if not part:
        return 1
    at = -1 if instance > 0 else len(text)
    for _ in range(abs(instance)):
        at = text.find(part, at + 1) if instance > 0 else text.rfind(part, 0, at + len(part) - 1)
        if at < 0:
            return 0
    return at + 1


def translate(text: str, old: str, new: str) -> str:
    """Of a character that stands twice in `old` the first counts; what has no new one goes."""
    table = {ord(c): new[i : i + 1] for i, c in reversed(list(enumerate(old)))}
    return text.translate(table)


def spread(text: str, between: str) -> str:
    """replace() of nothing: around each character."""
    return between.join(["", *text, ""]) if text else between


def levenshtein_distance(left: str, right: str) -> int:
    if len(left) < len(right):
        left, right = right, left
    if not right:
        return len(left)
    if len(left) * (len(right) - 1) > 1_000_000:
        raise _wrong("The combined inputs for Levenshtein distance are too large")
    before = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        now = [i]
        for j, b in enumerate(right, 1):
            now.append(min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (a != b)))
        before = now
    return before[-1]


def hamming_distance(left: str, right: str) -> int:
    if len(left) != len(right):
        raise _wrong("The input strings to hamming_distance function must have the same length")
    return sum(a != b for a, b in zip(left, right, strict=True))


def normalize(text: str, form: str) -> str:
    """Refused is what Python's Unicode does not know: Java's is newer."""
    if not text.isascii() and any(unicodedata.category(c) == "Cn" for c in text):
        raise not_supported("normalize of a character of a newer Unicode")
    return unicodedata.normalize(form, text)  # type: ignore[arg-type]


_SOUNDS = "01230120022455012623010202"


def soundex(text: str) -> str:
    """As Apache's codec has it: H and W do not part two letters of one sound."""
    letters = "".join(c for c in text if c <= "\uffff" and c.isalpha()).upper()
    if not letters:
        return ""
    found, last = letters[0], _sound(letters[0])
    for c in letters[1:]:
        if len(found) == 4:
            break
        if c in "HW":
            continue
        sound = _sound(c)
        if sound not in ("0", last):
            found += sound
        last = sound
    return found.ljust(4, "0")


def _sound(letter: str) -> str:
    if not "A" <= letter <= "Z":
        raise _wrong(f"The character is not mapped {letter}")
    return _SOUNDS[ord(letter) - ord("A")]


def luhn_check(text: str) -> bool:
    if any(c not in "0123456789" for c in text):
        raise _wrong("Input contains non-digit character")
    total = 0
    for i, c in enumerate(reversed(text)):
        digit = int(c) * (1 + i % 2)
        total += digit - 9 * (digit > 9)
    return bool(text) and total % 10 == 0
