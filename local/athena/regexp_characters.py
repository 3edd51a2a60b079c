"""The characters of a regular expression and their classes, from Joni's to RE2's.

\\d, \\w and \\s are of ASCII in both, yet \\s of Joni knows the vertical tab.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from local.athena.errors import QueryFailure, not_supported

# Joni holds ß to be ss, and ﬁ to be fi, whatever their case.
LONG_FOLDS = "[ßẞﬀ-ﬆ]"

CLASSES = {
    "d": "0-9",
    "w": "0-9A-Za-z_",
    "s": r"\t\n\x0B\f\r ",
    "D": r"\x{0}-/:-\x{10FFFF}",
    "W": r"\x{0}-/:-@\[-\^`{-\x{10FFFF}",
    "S": r"\x{0}-\x08\x0E-\x1F!-\x{10FFFF}",
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\x07"}
_CODED = re.compile("x([0-7][0-9A-Fa-f])|u([0-9A-Fa-f]{4})")


@dataclass(frozen=True)
class Flags:
    """(?i), (?s) and (?m) where a part stands."""

    ignores_case: bool = False
    dot_is_all: bool = False
    has_lines: bool = False

    def changed(self, on: str, off: str) -> Flags:
        def value(letter: str, now: bool) -> bool:
            return letter not in off and (now or letter in on)

        return Flags(
            value("i", self.ignores_case), value("s", self.dot_is_all), value("m", self.has_lines)
        )


class Characters:
    """Reads a pattern's characters; `refused` gathers of which texts the two would differ."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._at = 0
        self.refused: set[str] = set()

    def peek(self, size: int = 1) -> str:
        return self._written[self._at : self._at + size]

    def take(self, size: int = 1) -> str:
        taken = self.peek(size)
        self._at += len(taken)
        return taken

    def take_match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        found = expression.match(self._written, self._at)
        if found is not None:
            self._at = found.end()
        return found

    def literal(self, c: str, flags: Flags) -> str:
        if not flags.ignores_case or c.lower() == c.upper():
            return _quoted(c)
        other = self._both_cases(c)
        return f"[{other}]" if len(other) > 1 else f"(?i:{c})"

    def _both_cases(self, c: str) -> str:
        """The two cases of a letter where RE2 knows a third one; of others the letter."""
        if c in "sSfF":
            self.refused.add(LONG_FOLDS)
        if "\u0400" <= c <= "\u045f":
            return c.lower() + c.upper()
        if c.isascii() or ("\u00c0" <= c <= "\u017f" and c not in "ßİŉ"):
            return c
        raise refusal(f"the letter {c} in any case")

    def escaped(self) -> str:
        """The one character behind a backslash. Raises QueryFailure if it is something else."""
        coded = self.take_match(_CODED)
        if coded is not None:
            found = chr(int(coded[1] or coded[2], 16))
            if "\ud800" <= found <= "\udfff" or (coded[2] and found > "\x7f"):
                raise refusal(f"\\{coded[0]}")
            return found
        c = self.take()
        if not c:
            raise invalid("end pattern at escape")
        if c in _CONTROLS:
            return _CONTROLS[c]
        if c.isalnum() or not c.isascii():
            raise refusal(f"\\{c}")
        return c

    def in_brackets(self, flags: Flags) -> str:
        """A class, whose opening bracket is read."""
        negation = self.take() if self.peek() == "^" else ""
        if self.peek() == "]":
            raise refusal("] at the start of a class")
        items: list[str] = []
        may_dash = True
        while self.peek() != "]":
            is_class = self._is_at_class()
            if is_class and flags.ignores_case and not negation and self.peek(2)[1:].isupper():
                # It has ß in it, which is as good as ss: such a class matches two characters.
                raise refusal(f"{self.peek(2)} in a class in any case")
            items.append(self._item(flags, may_dash=may_dash))
            may_dash = is_class
        self.take()
        text = f"[{negation}{''.join(items)}]"
        return f"(?i:{text})" if flags.ignores_case else text

    def _item(self, flags: Flags, *, may_dash: bool) -> str:
        if self.peek(2) == "&&" or self.peek() == "[":
            raise refusal("a class in a class")
        if self._is_at_class():
            return CLASSES[self.take(2)[1]]
        is_bare_dash = self.peek() == "-"
        low = self._character()
        if is_bare_dash and not may_dash and self.peek() != "]":
            raise refusal("- in the middle of a class")
        if self.peek() != "-" or self.peek(2) == "-]":
            return self._one(low, flags)
        self.take()
        if self._is_at_class() or self.peek() == "[":
            raise refusal("a range to a class")
        return self._range(low, self._character(), flags)

    def _is_at_class(self) -> bool:
        return self.peek() == "\\" and self.peek(2)[1:] in tuple(CLASSES)

    def _range(self, low: str, high: str, flags: Flags) -> str:
        if high < low:
            raise invalid("empty range in char class")
        if flags.ignores_case and not high.isascii():
            raise refusal(f"the range {low}-{high} in any case")
        if flags.ignores_case:
            self.refused.add(LONG_FOLDS)
        return f"{_quoted(low)}-{_quoted(high)}"

    def _one(self, c: str, flags: Flags) -> str:
        if flags.ignores_case and c.lower() != c.upper() and self._both_cases(c) != c:
            raise refusal(f"the letter {c} in a class in any case")
        return _quoted(c)

    def _character(self) -> str:
        c = self.take()
        if not c:
            raise invalid("premature end of char-class")
        return self.escaped() if c == "\\" else c


def _quoted(c: str) -> str:
    return c if c.isalnum() or not c.isascii() else f"\\x{{{ord(c):x}}}"


def invalid(message: str) -> QueryFailure:
    """As Trino says it."""
    return QueryFailure("INVALID_FUNCTION_ARGUMENT", message)


def refusal(what: str) -> QueryFailure:
    return not_supported(f"{what} in a regular expression")
