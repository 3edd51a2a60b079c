"""JSON read token by token, as Jackson does for Trino: what follows the wanted part may be wrong.

Tokens are pairs: `{ } [ ]` alone, `key` and `string` with their text, `int` and `float` with
their digits as written, `true`, `false` and `null`; ("", "") at the end. A string is looked at
when it is wanted: one that is wrong is `bad`, and nothing comes after it.
"""

from __future__ import annotations

import re

Token = tuple[str, str]
END: Token = ("", "")

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*)"')
_NUMBER = re.compile(r"-?(?:0(?![0-9])|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORD = re.compile(r"(true|false|null)(?![\w$])")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_CLOSING = {"{": "}", "[": "]"}


class BadJson(ValueError):
    """The text is no JSON at the place to which it was read."""


class Tokens:
    """The tokens of a text. Raises BadJson when it comes to what is wrong."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[str] = []
        self._is_first = False
        self._has_key = False
        self._is_over = False

    def next(self) -> Token:
        """The next token; at the end END, again and again."""
        self._skip_space()
        if self._is_over or (self._at == len(self._text) and self._open):
            raise BadJson
        if self._at == len(self._text):
            return END
        around = self._open[-1] if self._open else ""
        c = self._text[self._at]
        if around and not self._has_key and c == _CLOSING[around]:
            return self._close()
        if around and not self._has_key and not self._is_first:
            self._expect(",")
        self._is_first = False
        if around == "{" and not self._has_key:
            return self._key()
        self._has_key = False
        return self._value()

    def _skip_space(self) -> None:
        self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]

    def _expect(self, c: str) -> None:
        if self._text[self._at : self._at + 1] != c:
            raise BadJson
        self._at += 1
        self._skip_space()

    def _close(self) -> Token:
        self._is_first = False
        closing = _CLOSING[self._open.pop()]
        self._at += 1
        return closing, ""

    def _key(self) -> Token:
        key = self._string()
        self._skip_space()
        self._expect(":")
        self._has_key = True
        return "key", key

    def _value(self) -> Token:
        c = self._text[self._at : self._at + 1]
        if c == '"':
            return self._string_value()
        if c and c in "{[":
            self._at += 1
            self._open.append(c)
            self._is_first = True
            return c, ""
        word = _WORD.match(self._text, self._at)
        if word is not None:
            self._at = word.end()
            return word[1], ""
        return self._number()

    def _number(self) -> Token:
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            raise BadJson
        self._at = number.end()
        behind = self._text[self._at : self._at + 1]
        fraction, exponent = number[1], number[2]
        if (behind == "." and not fraction and not exponent) or (
            behind in ("e", "E") and not exponent
        ):
            raise BadJson
        if not self._open and behind not in ("", " ", "\t", "\r", "\n"):
            raise BadJson
        return ("float" if fraction or exponent else "int"), number[0]

    def _string_value(self) -> Token:
        try:
            return "string", self._string()
        except BadJson:
            self._is_over = True
            return "bad", ""

    def _string(self) -> str:
        found = _STRING.match(self._text, self._at)
        if found is None:
            raise BadJson
        self._at = found.end()
        inside = found[1]
        return unescaped(inside) if "\\" in inside else inside

    def skip(self, kind: str) -> None:
        """Pass over the rest of the array or object that `kind` has opened."""
        depth = 1 if kind in ("{", "[") else 0
        while depth:
            inner, _ = self.next()
            depth += (inner in ("{", "[")) - (inner in ("}", "]"))


def unescaped(inside: str) -> str:
    """A string's text; two escaped halves of a character beyond \\uffff are one."""

    def character(m: re.Match[str]) -> str:
        return chr(int(m[1], 16)) if m[1] else _ESCAPED.get(m[2], m[2])

    text = _ESCAPE.sub(character, inside)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
