"""The keys of the objects that Firehose writes.

Expressions: https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
Names: https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
All times are UTC: MiniStack does not tell a stream's CustomTimeZone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_EXPRESSION = re.compile(r"!\{([A-Za-z]+):([^}]*)\}")
_PATTERN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.")
DEFAULT_TIME = "!{timestamp:yyyy/MM/dd/HH/}"

# Letters of Java's DateTimeFormatter that Firehose prefixes use, as numbers.
_NUMBERS = {
    "y": lambda at: at.year,
    "u": lambda at: at.year,
    "M": lambda at: at.month,
    "d": lambda at: at.day,
    "D": lambda at: at.timetuple().tm_yday,
    "H": lambda at: at.hour,
    "m": lambda at: at.minute,
    "s": lambda at: at.second,
}


class PrefixError(ValueError):
    """A prefix that cannot be evaluated; the message names the expression."""


def evaluate(template: str, at: datetime, *, error_type: str = "", random: str = "") -> str:
    """The prefix for an object whose oldest record arrived at `at`.

    A template without a timestamp gets Firehose's default one at its end. `error_type` is what
    `!{firehose:error-output-type}` stands for, `random` what `!{firehose:random-string}` does.
    Raises PrefixError.
    """
    if "!{timestamp:" not in template:
        template += DEFAULT_TIME
    in_utc = at.astimezone(UTC)
    values = {"error-output-type": error_type, "random-string": random}

    def value(match: re.Match[str]) -> str:
        namespace, name = match.groups()
        if namespace == "timestamp":
            return format_time(name, in_utc)
        if namespace == "firehose" and values.get(name):
            return values[name]
        raise PrefixError(f"{template}: cannot evaluate {match.group()}")

    return _EXPRESSION.sub(value, template)


def format_time(pattern: str, at: datetime) -> str:
    """`at` by a pattern of Java's DateTimeFormatter: numbers, punctuation and 'quoted' text."""
    return "".join(_format_piece(match, at) for match in _PATTERN.finditer(pattern))


def object_name(stream: str, version: str, at: datetime, unique: str, extension: str = "") -> str:
    """What follows the evaluated prefix."""
    return f"{stream}-{version}-{at.astimezone(UTC):%Y-%m-%d-%H-%M-%S}-{unique}{extension}"


def _format_piece(match: re.Match[str], at: datetime) -> str:
    quoted, letter = match.groups()
    if quoted is not None:
        return quoted.replace("''", "'") or "'"
    if letter is None:
        return match.group()
    width = len(match.group())
    if letter not in _NUMBERS or (letter == "M" and width > 2):
        raise PrefixError(f"timestamp pattern {match.group()!r} is not supported here")
    number = _NUMBERS[letter](at)
    return f"{number % 100 if letter == 'y' and width == 2 else number:0{width}d}"
