"""What Trino's grammar refuses and the parser would take: other dialects' spellings.

Source: https://github.com/trinodb/trino/blob/476/core/trino-grammar/src/main/antlr4/io/trino/grammar/sql/SqlBase.g4
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlglot.tokenizer_core import TokenType

from local.athena.errors import QueryFailure, not_supported
from local.athena.positions import position_at


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that cannot be names unless they stand in quotes.
# https://trino.io/docs/current/language/reserved.html
RESERVED = _words(
    """
    ALTER AND AS AUTO BETWEEN BY CASE CAST CONSTRAINT CREATE CROSS CUBE CURRENT_CATALOG
    CURRENT_DATE CURRENT_PATH CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP
    CURRENT_USER LOCALTIME LOCALTIMESTAMP DEALLOCATE
    DELETE DESCRIBE DISTINCT DROP ELSE END ESCAPE EXCEPT EXISTS EXTRACT FALSE FOR FROM FULL GROUP
    GROUPING HAVING IN INNER INSERT INTERSECT INTO IS JOIN JSON_ARRAY JSON_EXISTS JSON_OBJECT
    JSON_QUERY JSON_TABLE JSON_VALUE LEFT LIKE LISTAGG NATURAL NORMALIZE NOT NULL ON OR ORDER
    OUTER PREPARE RECURSIVE RIGHT ROLLUP SELECT SKIP TABLE THEN TRIM TRUE UESCAPE UNION UNNEST
    USING VALUES WHEN WHERE WITH
    """
)
# Of these, what a query or an item may end with.
_LAST = _words(
    """
    CURRENT_CATALOG CURRENT_DATE CURRENT_PATH CURRENT_SCHEMA CURRENT_TIME CURRENT_TIMESTAMP
    CURRENT_USER END FALSE LOCALTIME LOCALTIMESTAMP NULL TRUE
    """
)
_BEGINNINGS = ("SELECT", "WITH", "VALUES", "TABLE", "(")
_SIGNS = _words(
    """
    = <> != < <= > >= + - * / % || ? ; , . ( ) [ ] -> =>
    """
)
# What a comma does not stand before, and not behind.
_NO_ITEM = frozenset(
    [")", "]", ",", "FROM", "WHERE", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", ";"]
)
_NO_ITEM_YET = frozenset(["(", "[", "SELECT", "DISTINCT", "BY", "GROUP BY", "ORDER BY", "VALUES"])
# The order of a query's clauses; what begins a query begins it again.
_CLAUSES = {
    "WHERE": 1,
    "GROUP BY": 2,
    "HAVING": 3,
    "ORDER BY": 4,
    "OFFSET": 5,
    "LIMIT": 6,
    "FETCH": 6,
}
_QUERIES = frozenset(["SELECT", "UNION", "INTERSECT", "EXCEPT", "VALUES"])
# What stands between tokens; a comment that began is one, whatever follows (?>...).
_NOTHING = re.compile(r"(?:\s|--[^\r\n]*|(?>/\*.*?\*/))*", re.DOTALL)


# Functions with a grammar of their own, and what the parser would take for a column.
_SPECIAL_CALLS = _words("JSON_ARRAY JSON_EXISTS JSON_OBJECT JSON_QUERY JSON_TABLE JSON_VALUE")
_SPECIAL_WORDS = _words("CURRENT_PATH CURRENT_SCHEMA")
# Names in Trino; for the parser predicates, where they stand behind an operand.
_POSTFIXES = (TokenType.ISNULL, TokenType.NOTNULL)


def check_tokens(tokens: list[Any], sql: str) -> None:
    """Raises SYNTAX_ERROR at the first token that Trino would not take."""
    for before, token, after in _neighbours(tokens):
        word, is_call = _word(token), after is not None and after.text == "("
        if token.token_type in _POSTFIXES and _ends_operand(before):
            raise not_supported(f"{word} (write IS NULL, or the name in quotes)")
        if word == "NOT" and after is not None and _word(after) == "NULL" and _ends_operand(before):
            raise QueryFailure(
                "SYNTAX_ERROR", "mismatched input 'NOT'", position_at(sql, token.start)
            )
        if word == "AUTO" and before is not None and _word(before) in ("GROUP BY", "BY", ","):
            raise not_supported("GROUP BY AUTO")
        if word in _SPECIAL_WORDS or (word in _SPECIAL_CALLS and is_call):
            raise not_supported(word.lower())
    for token in (*_misfits(tokens, sql), *_filters_without_where(tokens)):
        raise QueryFailure(
            "SYNTAX_ERROR", f"mismatched input '{token.text}'", position_at(sql, token.start)
        )


def check_ends(tokens: list[Any], sql: str) -> None:
    """Raises SYNTAX_ERROR for a word that wants another where a query or an item ends."""
    for before, token in zip([None, *tokens], [*tokens, None], strict=True):
        last = _word(before).split()[-1:] if before is not None else []
        is_end = token is None or _word(token) in (")", "]", ",", ";")
        if is_end and RESERVED.intersection(last) and not _LAST.intersection(last):
            place = token.start if token else len(sql)
            shown = token.text if token else "<EOF>"
            raise QueryFailure(
                "SYNTAX_ERROR", f"mismatched input '{shown}'", position_at(sql, place)
            )


def check_pairs(tokens: list[Any], sql: str) -> None:
    """The parser does not miss the parenthesis that ends a CAST, nor a THEN."""
    words = Counter(map(_word, tokens))
    if words["("] > words[")"] or words["WHEN"] > words["THEN"]:
        raise QueryFailure("SYNTAX_ERROR", "mismatched input '<EOF>'", position_at(sql, len(sql)))


def _misfits(tokens: list[Any], sql: str) -> Iterator[Any]:
    if tokens and tokens[0].text.upper() not in _BEGINNINGS:
        yield tokens[0]
    ranks = [0]
    for before, token, after in _neighbours(tokens):
        word = _word(token)
        if _is_sign(token) and token.text not in _SIGNS:
            yield token
        if word == "," and (after is None or _word(after) in _NO_ITEM):
            yield after or token
        if word == "," and (before is None or _word(before) in _NO_ITEM_YET):
            yield token
        if word == "BETWEEN" and before is not None and _word(before) == word:
            yield token
        if word == "AS" and before is not None and _word(before) in _NO_ITEM_YET | {","}:
            yield token
        if token.token_type == TokenType.NUMBER and _is_glued(token, after, sql):
            yield token
        if before is not None and _is_misplaced(before, token, after):
            yield token
        if _is_skipped(before.end + 1 if before else 0, token.start, sql):
            yield token
        if after is None and _is_skipped(token.end + 1, len(sql), sql):
            yield token
        if word == "(":
            ranks.append(0)
        elif word == ")" and len(ranks) > 1:
            ranks.pop()
        elif word in _QUERIES:
            ranks[-1] = 0
        elif (rank := _rank(word, before, after)) is not None:
            if rank <= ranks[-1]:
                yield token
            ranks[-1] = rank


def _filters_without_where(tokens: list[Any]) -> Iterator[Any]:
    """An aggregate's FILTER stands behind its parenthesis; the function's name does not."""
    for *three, first in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        is_filter = [_word(token) for token in three] == [")", "FILTER", "("]
        if is_filter and _word(first) != "WHERE":
            yield first


def _neighbours(tokens: list[Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Each token between the one before and the one after it."""
    return zip([None, *tokens], tokens, [*tokens[1:], None], strict=False)


def _word(token: Any) -> str:
    """A keyword, a name without quotes or a sign; nothing for what stands in quotes."""
    if token.token_type in (TokenType.IDENTIFIER, TokenType.STRING):
        return ""
    return " ".join(str(token.text).upper().split())


def _is_sign(token: Any) -> bool:
    """Neither a word nor a literal."""
    kinds = (TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.HEX_STRING)
    is_literal = token.token_type in kinds or "STRING" in str(token.token_type)
    return not is_literal and re.match(r"\w", token.text) is None


def _is_glued(token: Any, after: Any, sql: str) -> bool:
    """1x is no name, and no number with a name."""
    is_next = after is not None and after.start == token.end + 1
    return is_next and re.match(r"\w", sql[after.start]) is not None


def _is_misplaced(before: Any, token: Any, after: Any) -> bool:
    first, second = _word(before), _word(token)
    if token.token_type == before.token_type == TokenType.NUMBER:
        return True
    if first == "AS" and token.token_type == TokenType.STRING:
        return True
    if first == "INTERVAL" and token.token_type == TokenType.NUMBER:
        return True
    if first == "INTERVAL" and second == "-" and after is not None:
        return bool(after.token_type == TokenType.NUMBER)
    if first == "INTERVAL" and token.token_type == TokenType.STRING:
        return after is None or re.fullmatch("[A-Z]+", _word(after)) is None
    return {first, second} == {"ASC", "DESC"}


def _is_skipped(start: int, end: int, sql: str) -> bool:
    """Whether the parser passes over more from here to there than Trino's comments: `{# #}`."""
    return re.fullmatch(_NOTHING, sql[start:end]) is None


def _ends_operand(token: Any) -> bool:
    if token is None or (_is_sign(token) and token.text not in (")", "]", "?")):
        return False
    last = _word(token).split()[-1:]
    return bool(_LAST.intersection(last)) or not RESERVED.intersection(last)


def _rank(word: str, before: Any, after: Any) -> int | None:
    """A clause's place; OFFSET, LIMIT and FETCH may be names, too."""
    if word not in ("OFFSET", "LIMIT", "FETCH"):
        return _CLAUSES.get(word)
    is_named = before is not None and _word(before) in (".", "AS", ",", "(", "SELECT")
    begins = after is not None and (
        after.token_type == TokenType.NUMBER
        or _word(after) in ("?", "ALL", "FIRST", "NEXT", "(", "-")
    )
    return _CLAUSES[word] if begins and not is_named else None
