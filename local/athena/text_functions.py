"""Functions of text. Lengths and places are in code points, as in Trino.

Source: https://trino.io/docs/current/functions/string.html
"""

from __future__ import annotations

from sqlglot import exp

from local.athena import binary_functions, text_values
from local.athena.arguments import Rule, argument_as, count_of, unexpected
from local.athena.errors import QueryFailure, not_supported
from local.athena.expression import Expr, null_of, raising, text
from local.athena.python_functions import PythonFunction, of_texts
from local.athena.types import BIGINT, BOOLEAN, INTEGER, VARBINARY, VARCHAR, Type, array, varchar

_TO_MAP = PythonFunction(
    "trino_split_to_map", ("VARCHAR",) * 3, "MAP(VARCHAR, VARCHAR)", text_values.split_to_map
)
_TO_MULTIMAP = PythonFunction(
    "trino_split_to_multimap",
    ("VARCHAR",) * 3,
    "MAP(VARCHAR, VARCHAR[])",
    text_values.split_to_multimap,
)
_SPLIT = PythonFunction(
    "trino_split", ("VARCHAR", "VARCHAR", "BIGINT"), "VARCHAR[]", text_values.split
)
_JOINED = PythonFunction("trino_join", ("VARCHAR[]", "VARCHAR"), "VARCHAR", text_values.joined)
_POSITION = PythonFunction(
    "trino_strpos", ("VARCHAR", "VARCHAR", "BIGINT"), "BIGINT", text_values.position
)
_CHARACTER = PythonFunction("trino_chr", ("BIGINT",), "VARCHAR", text_values.character)
_REVERSE = of_texts("trino_reverse", text_values.reverse)
_SPREAD = of_texts("trino_spread", text_values.spread, 2)
_NORMALIZE = of_texts("trino_normalize_or_refuse", text_values.normalize, 2)
_OF_TEXTS: dict[str, tuple[PythonFunction, Type]] = {
    "translate": (of_texts("trino_translate", text_values.translate, 3), VARCHAR),
    "soundex": (of_texts("trino_soundex", text_values.soundex), varchar(4)),
    "luhn_check": (
        PythonFunction("trino_luhn_check", ("VARCHAR",), "BOOLEAN", text_values.luhn_check),
        BOOLEAN,
    ),
    **{
        function.__name__: (
            PythonFunction(f"trino_{function.__name__}", ("VARCHAR",) * 2, "BIGINT", function),
            BIGINT,
        )
        for function in (text_values.levenshtein_distance, text_values.hamming_distance)
    },
    "split_to_map": (_TO_MAP, Type("map", parts=((None, VARCHAR), (None, VARCHAR)))),
    "split_to_multimap": (
        _TO_MULTIMAP,
        Type("map", parts=((None, VARCHAR), (None, array(VARCHAR)))),
    ),
}
PYTHON = (
    _SPLIT, _JOINED, _POSITION, _CHARACTER, _REVERSE, _SPREAD, _NORMALIZE,
    *(function for function, _ in _OF_TEXTS.values()),
)  # fmt: skip


def _call(name: str, arguments: list[Expr]) -> Expr:
    function, result = _OF_TEXTS[name]
    count_of(name, arguments, len(function.parameters))
    return Expr(function(*(argument_as(name, a, VARCHAR).sql for a in arguments)), result)


def _concat(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 127)
    if all(a.type == VARBINARY for a in arguments):
        return binary_functions.concat(arguments)
    if any(not a.type.is_text for a in arguments):
        raise unexpected(name, arguments)
    return Expr(f"({' || '.join(a.sql for a in arguments)})", VARCHAR)


def _concat_ws(name: str, arguments: list[Expr]) -> Expr:
    """Nulls are left out, but for a separator that is null."""
    if len(arguments) < 2:
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", "There must be two or more arguments")
    separator = argument_as(name, arguments[0], VARCHAR).sql
    if len(arguments) == 2 and arguments[1].type.name == "array":
        items = arguments[1]
        if not items.type.element.is_text:
            raise unexpected(name, arguments)
        return Expr(_JOINED(items.sql, separator), VARCHAR)
    if len(arguments) == 2 and arguments[1].type.name == "unknown":
        raise QueryFailure("AMBIGUOUS_FUNCTION_CALL", f"Could not choose a candidate for {name}")
    texts = [argument_as(name, a, VARCHAR).sql for a in arguments[1:]]
    return Expr(f"concat_ws({', '.join([separator, *texts])})", VARCHAR)


def _substr(name: str, arguments: list[Expr]) -> Expr:
    """A start of 0, or before the text's begin, gives '' on Trino; DuckDB clips it."""
    count_of(name, arguments, 2, 3)
    if arguments[0].type == VARBINARY:
        return binary_functions.substr(name, arguments)
    source = argument_as(name, arguments[0], VARCHAR).sql
    numbers = [argument_as(name, a, BIGINT).sql for a in arguments[1:]]
    cut = f"substring({', '.join([source, *numbers])})"
    empty = f"{numbers[0]} = 0 OR {numbers[0]} < -length({source})"
    if len(numbers) == 2:
        empty += f" OR {numbers[1]} <= 0"
    has_null = " OR ".join(f"{n} IS NULL" for n in [source, *numbers])
    return Expr(
        f"(CASE WHEN {has_null} THEN {null_of(VARCHAR)} WHEN {empty} THEN '' ELSE {cut} END)",
        VARCHAR,
    )


def _replace(name: str, arguments: list[Expr]) -> Expr:
    """What replaces nothing stands around each character."""
    count_of(name, arguments, 2, 3)
    texts = [argument_as(name, a, VARCHAR).sql for a in arguments]
    source, old, new = [*texts, text("")][:3]
    plain = f"replace({source}, {old}, {new})"
    if arguments[1].literal or len(arguments) == 2:
        return Expr(plain, VARCHAR)
    return Expr(f"(CASE WHEN {old} = '' THEN {_SPREAD(source, new)} ELSE {plain} END)", VARCHAR)


def _pad(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 3)
    source, filling = (argument_as(name, arguments[i], VARCHAR).sql for i in (0, 2))
    size = argument_as(name, arguments[1], BIGINT).sql
    failing = raising("INVALID_FUNCTION_ARGUMENT", "Target length must be in the range", VARCHAR)
    empty = raising("INVALID_FUNCTION_ARGUMENT", "Padding string must not be empty", VARCHAR)
    return Expr(
        f"(CASE WHEN {source} IS NULL THEN {null_of(VARCHAR)}"
        f" WHEN {size} < 0 OR {size} > 2147483647 THEN {failing}"
        f" WHEN {filling} = '' THEN {empty}"
        f" ELSE {name}({source}, CAST({size} AS INTEGER), {filling}) END)",
        VARCHAR,
    )


def _split(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    source, delimiter = (argument_as(name, a, VARCHAR).sql for a in arguments[:2])
    if len(arguments) == 3:
        limit = argument_as(name, arguments[2], BIGINT).sql
        return Expr(_SPLIT(source, delimiter, limit), array(VARCHAR))
    pieces = f"string_split({source}, {_delimiter(arguments[1], delimiter)})"
    if not arguments[1].literal:
        pieces = f"(CASE WHEN {delimiter} IS NOT NULL THEN {pieces} END)"
    return Expr(pieces, array(VARCHAR))


def _delimiter(e: Expr, sql: str) -> str:
    if e.literal:
        return sql
    failing = raising(
        "INVALID_FUNCTION_ARGUMENT", "The delimiter may not be the empty string", VARCHAR
    )
    return f"(CASE WHEN {sql} = '' THEN {failing} ELSE {sql} END)"


def _split_part(name: str, arguments: list[Expr]) -> Expr:
    """Of an empty delimiter it has the characters."""
    count_of(name, arguments, 3)
    source, delimiter = (argument_as(name, a, VARCHAR).sql for a in arguments[:2])
    index = argument_as(name, arguments[2], BIGINT)
    failing = raising("INVALID_FUNCTION_ARGUMENT", "Index must be greater than zero", BIGINT)
    place = f"(CASE WHEN {index.sql} <= 0 THEN {failing} ELSE {index.sql} END)"
    split = f"string_split({source}, {delimiter})[{place}]"
    if arguments[1].literal:
        return Expr(split, VARCHAR)
    character = f"nullif(substring({source}, {place}, 1), '')"
    return Expr(
        f"(CASE WHEN {delimiter} = '' THEN {character}"
        f" WHEN {delimiter} IS NOT NULL THEN {split} END)",
        VARCHAR,
    )


def _strpos(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 2, 3)
    texts = [argument_as(name, a, VARCHAR).sql for a in arguments[:2]]
    if len(arguments) == 2:
        return Expr(f"CAST(strpos({', '.join(texts)}) AS BIGINT)", BIGINT)
    return Expr(_POSITION(*texts, argument_as(name, arguments[2], BIGINT).sql), BIGINT)


def _reverse(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    if arguments[0].type == VARBINARY:
        return binary_functions.reverse(arguments[0])
    if not arguments[0].type.is_text:
        raise unexpected(name, arguments)
    return Expr(_REVERSE(arguments[0].sql), arguments[0].type)


def _chr(name: str, arguments: list[Expr]) -> Expr:
    count_of(name, arguments, 1)
    return Expr(_CHARACTER(argument_as(name, arguments[0], BIGINT).sql), varchar(1))


def _codepoint(name: str, arguments: list[Expr]) -> Expr:
    """Of a varchar(1) alone; here the lengths of texts are not always known."""
    count_of(name, arguments, 1)
    t = arguments[0].type
    if t == VARCHAR:
        raise not_supported("codepoint of a text that is not a varchar(1)")
    if t.name != "unknown" and (not t.is_text or t.sizes[0] > 1):
        raise unexpected(name, arguments)
    source = argument_as(name, arguments[0], VARCHAR).sql
    failing = raising(
        "INVALID_FUNCTION_ARGUMENT", "Input string must be a single character", INTEGER
    )
    return Expr(f"(CASE WHEN {source} = '' THEN {failing} ELSE unicode({source}) END)", INTEGER)


def normalize(source: Expr, form: exp.Expr) -> Expr:
    """normalize(text, NFKC): the form is a word, not a text."""
    if not isinstance(form, exp.Column) or len(form.parts) > 1:
        raise QueryFailure("SYNTAX_ERROR", "Expecting: 'NFC', 'NFD', 'NFKC', 'NFKD'")
    if form.name not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise QueryFailure(
            "INVALID_FUNCTION_ARGUMENT",
            "Normalization form must be one of [NFD, NFC, NFKD, NFKC]",
        )
    return Expr(_NORMALIZE(argument_as("normalize", source, VARCHAR).sql, text(form.name)), VARCHAR)


RULES: dict[str, Rule] = {
    "concat": _concat,
    "concat_ws": _concat_ws,
    "substr": _substr,
    "substring": _substr,
    "replace": _replace,
    "lpad": _pad,
    "rpad": _pad,
    "split": _split,
    "split_part": _split_part,
    "strpos": _strpos,
    "reverse": _reverse,
    "chr": _chr,
    "codepoint": _codepoint,
    **dict.fromkeys(_OF_TEXTS, _call),
}
