"""Functions of URLs.

Source: https://trino.io/docs/current/functions/url.html
"""

from __future__ import annotations

from local.athena import urls
from local.athena.arguments import Rule, argument_as, count_of
from local.athena.expression import Expr
from local.athena.python_functions import PythonFunction, of_texts
from local.athena.types import BIGINT, VARCHAR

_FUNCTIONS = {
    "url_extract_protocol": of_texts("trino_url_protocol", urls.part(lambda url: url.scheme)),
    "url_extract_host": of_texts("trino_url_host", urls.host),
    "url_extract_path": of_texts("trino_url_path", urls.part(lambda url: url.path)),
    "url_extract_query": of_texts("trino_url_query", urls.part(lambda url: url.query)),
    "url_extract_fragment": of_texts("trino_url_fragment", urls.part(lambda url: url.fragment)),
    "url_extract_port": PythonFunction("trino_url_port", ("VARCHAR",), "BIGINT", urls.port),
    "url_extract_parameter": of_texts("trino_url_parameter", urls.parameter, 2),
    "url_encode": of_texts("trino_url_encode", urls.encode),
    "url_decode": of_texts("trino_url_decode", urls.decode),
}
PYTHON = tuple(_FUNCTIONS.values())


def _call(name: str, arguments: list[Expr]) -> Expr:
    function = _FUNCTIONS[name]
    count_of(name, arguments, len(function.parameters))
    texts = [argument_as(name, a, VARCHAR).sql for a in arguments]
    return Expr(function(*texts), BIGINT if function.result == "BIGINT" else VARCHAR)


RULES: dict[str, Rule] = dict.fromkeys(_FUNCTIONS, _call)
