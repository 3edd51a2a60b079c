"""Regular expressions of Trino (Joni, in Java's syntax) in the words of RE2, which DuckDB has.

A pattern is read construct by construct. What means the same in both is passed on, what can be
said in RE2's words is translated, and all else is refused: look around, references to groups,
possessive quantifiers, properties of Unicode (Joni's are of an older Unicode), repetition of
what may be empty.
Source: https://trino.io/docs/current/functions/regexp.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from local.athena.regexp_characters import CLASSES, Characters, Flags, invalid, refusal


@dataclass
class Group:
    """A group that captures; it `is_optional` if a match may leave it out."""

    name: str | None
    is_optional: bool = False
    may_be_empty: bool = False


@dataclass
class Pattern:
    """`text` for RE2. It matches with places alone if it `is_empty`.

    Of texts with a match of one of `refused` the two would differ.
    """

    text: str
    groups: list[Group] = field(default_factory=list)
    may_be_empty: bool = False
    is_empty: bool = False
    looks_behind: bool = False
    refused: tuple[str, ...] = ()


def read_pattern(written: str) -> Pattern:
    """Raises QueryFailure: INVALID_FUNCTION_ARGUMENT where Trino does, else NOT_SUPPORTED."""
    return _Reader(written).read()


# Before a last line end stand $ and \Z of Joni, too, and behind it (?m)^ does not.
_LAST_LINE_END = r"\n\z"
# Joni's words, in \b, are of Unicode; without these they are of ASCII, as RE2's.
_WORDS = "|".join(
    [*(f"[^\\x00-\\x7F\\P{{{p}}}]" for p in ("L", "M", "Nd", "Nl", "Pc")), "[²³¹¼-¾Ⓐ-ⓩ]"]
)
_COUNT = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}")
_SIGNS: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_MOST = 1000
_NAME = re.compile("<([A-Za-z][A-Za-z0-9]*)>")
_FLAGS = re.compile(r"\(\?([ims]*)(?:-([ims]+))?\)")
_FLAGS_OF_GROUP = re.compile("([ims]*)(?:-([ims]+))?:")


@dataclass
class _Piece:
    text: str
    may_be_empty: bool = False
    is_empty: bool = False
    is_atom: bool = True


class _Reader(Characters):
    def __init__(self, written: str) -> None:
        super().__init__(written)
        self._groups: list[Group] = []
        self._looks_behind = False

    def read(self) -> Pattern:
        piece = self._alternatives(Flags())
        if self.peek():
            raise invalid("unmatched close parenthesis")
        return Pattern(
            piece.text,
            self._groups,
            piece.may_be_empty,
            piece.is_empty,
            self._looks_behind,
            tuple(sorted(self.refused)),
        )

    def _alternatives(self, flags: Flags) -> _Piece:
        first = len(self._groups)
        while (inline := self.take_match(_FLAGS)) is not None:
            flags = _changed(flags, inline)
        branches = [self._branch(flags)]
        while self.peek() == "|":
            self.take()
            branches.append(self._branch(flags))
        if len(branches) == 1:
            return branches[0]
        self._make_optional(first)
        return _Piece(
            f"(?:{'|'.join(b.text for b in branches)})",
            any(b.may_be_empty for b in branches),
            all(b.is_empty for b in branches),
        )

    def _make_optional(self, first: int) -> None:
        for group in self._groups[first:]:
            group.is_optional = True

    def _branch(self, flags: Flags) -> _Piece:
        pieces = []
        while self.peek() not in ("", "|", ")"):
            inline = self.take_match(_FLAGS)
            # All that is left of the group, with its other branches, is under the flags.
            pieces.append(
                self._alternatives(_changed(flags, inline)) if inline else self._repeated(flags)
            )
        return _Piece(
            "".join(p.text for p in pieces),
            all(p.may_be_empty for p in pieces),
            all(p.is_empty for p in pieces),
        )

    def _repeated(self, flags: Flags) -> _Piece:
        first = len(self._groups)
        atom = self._atom(flags)
        quantifier, least, most = self._quantifier()
        if not quantifier:
            return atom
        if not atom.is_atom or (atom.may_be_empty and most != 1) or most == 0:
            raise refusal("repetition of what may be empty")
        if least == 0:
            self._make_optional(first)
        return _Piece(f"(?:{atom.text}){quantifier}", atom.may_be_empty or least == 0)

    def _quantifier(self) -> tuple[str, int, int | None]:
        """The text of a quantifier, or '', and its bounds."""
        least, most = 1, None
        counted = self.take_match(_COUNT)
        if counted is not None:
            text, least = counted[0], int(counted[1])
            most = int(counted[3]) if counted[3] else None if counted[2] else least
            if counted[3] and not counted[2]:
                raise refusal("a quantifier")
            if most is not None and most < least:
                raise invalid("upper is smaller than lower in repeat range")
            if max(least, most or 0) > _MOST:
                raise refusal(f"repetition of more than {_MOST} times")
        elif self.peek() in tuple(_SIGNS):
            text = self.take()
            least, most = _SIGNS[text]
        else:
            return "", 1, 1
        if self.peek() == "?" and (counted is None or counted[2]):
            text += self.take()
        if self.peek() in (*_SIGNS, "{"):
            raise refusal("a quantifier of a quantifier")
        return text, least, most

    def _atom(self, flags: Flags) -> _Piece:
        c = self.take()
        if c == "(":
            return self._group(flags)
        if c == "[":
            return _Piece(self.in_brackets(flags))
        if c == "\\":
            return self._escape(flags)
        if c == ".":
            return _Piece(r"[\x{0}-\x{10FFFF}]" if flags.dot_is_all else r"[^\n]")
        if c in "^$":
            return self._line_anchor(c, flags)
        if c in "*+?":
            raise invalid("target of repeat operator is not specified")
        if c == "{":
            raise refusal("{ that is not a quantifier")
        return _Piece(self.literal(c, flags))

    def _line_anchor(self, c: str, flags: Flags) -> _Piece:
        if flags.has_lines:
            return self._anchor(f"(?m:{c})", refused=_LAST_LINE_END, looks_behind=c == "^")
        if c == "$":
            return self._anchor(r"\z", refused=_LAST_LINE_END)
        return self._anchor(r"\A", looks_behind=True)

    def _anchor(self, text: str, *, refused: str = "", looks_behind: bool = False) -> _Piece:
        if refused:
            self.refused.add(refused)
        self._looks_behind = self._looks_behind or looks_behind
        return _Piece(text, may_be_empty=True, is_empty=True, is_atom=False)

    def _escape(self, flags: Flags) -> _Piece:
        c = self.peek()
        if c not in (*CLASSES, "b", "B", "A", "z", "Z", "Q"):
            return _Piece(self.literal(self.escaped(), flags))
        self.take()
        if c in "bB":
            return self._anchor(f"\\{c}", refused=_WORDS, looks_behind=True)
        if c == "A":
            return self._anchor(r"\A", looks_behind=True)
        if c in "zZ":
            return self._anchor(r"\z", refused=_LAST_LINE_END if c == "Z" else "")
        if c == "Q":
            return self._quote(flags)
        return _Piece(f"[{CLASSES[c]}]")

    def _quote(self, flags: Flags) -> _Piece:
        r"""\Q...\E, of which nothing may be repeated."""
        quote = self.take_match(re.compile(r"(?s)(.*?)\\E"))
        if quote is None:
            raise refusal("\\Q without \\E")
        text = "".join(self.literal(c, flags) for c in quote[1])
        return _Piece(text, may_be_empty=not quote[1], is_empty=not quote[1], is_atom=False)

    def _group(self, flags: Flags) -> _Piece:
        group: Group | None = Group(None)
        if self.peek() == "?":
            self.take()
            group, flags = self._special_group(flags)
        if group is not None:
            self._groups.append(group)
        inside = self._alternatives(flags)
        if self.take() != ")":
            raise invalid("end pattern with unmatched parenthesis")
        if group is None:
            return _Piece(f"(?:{inside.text})", inside.may_be_empty, inside.is_empty)
        group.may_be_empty = inside.may_be_empty
        return _Piece(f"({inside.text})", inside.may_be_empty, inside.is_empty)

    def _special_group(self, flags: Flags) -> tuple[Group | None, Flags]:
        name = self.take_match(_NAME)
        if name is not None:
            if name[1] in [g.name for g in self._groups]:
                raise refusal("two groups of one name")
            return Group(name[1]), flags
        inline = self.take_match(_FLAGS_OF_GROUP)
        if inline is not None:
            return None, _changed(flags, inline)
        if self.peek() in ("P", ""):
            raise invalid("undefined group option")
        raise refusal(f"(?{self.peek(2)}")


def _changed(flags: Flags, inline: re.Match[str]) -> Flags:
    return flags.changed(inline[1], inline[2] or "")
