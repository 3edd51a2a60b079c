"""The parts of a URL as java.net.URI finds them, which is what Trino asks.

Source: https://trino.io/docs/current/functions/url.html and
https://docs.oracle.com/en/java/javase/24/docs/api/java.base/java/net/URI.html
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_plus, unquote_to_bytes

from local.athena.errors import QueryFailure

_UNRESERVED = r"A-Za-z0-9_\-!.~'()*"
_ESCAPED = r"%[0-9A-Fa-f]{2}|[^\x00-\x80]"
_PATH = re.compile(rf"(?:[{_UNRESERVED}:@&=+$,;/]|{_ESCAPED})*")
_ANY = re.compile(rf"(?:[{_UNRESERVED};/?:@&=+$,\[\]]|{_ESCAPED})*")
_REGISTRY = re.compile(rf"(?:[{_UNRESERVED}$,;:@&=+]|{_ESCAPED})*")
_USER = re.compile(rf"(?:[{_UNRESERVED};:&=+$,]|{_ESCAPED})*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+\-.]*")
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*({_LABEL})\.?")
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")
_HALF_OF_PAIR = re.compile(b"\xed[\xa0-\xbf][\x80-\xbf]?")


@dataclass(frozen=True)
class Url:
    scheme: str | None
    host: str | None
    port: int | None
    path: str | None
    query: str | None
    fragment: str | None


def parsed(text: str) -> Url | None:
    """None is no URL."""
    if any(_is_space(c) for c in text) or re.search("%(?![0-9A-Fa-f]{2})", text):
        return None
    rest, sign, fragment = text.partition("#")
    if not _ANY.fullmatch(fragment):
        return None
    fragment_or_none = fragment if sign else None
    scheme = None
    colon = re.match("[^/?#:]*:", rest)
    if colon is not None:
        scheme, rest = colon[0][:-1], rest[colon.end() :]
        if not _SCHEME.fullmatch(scheme):
            return None
        if not rest.startswith("/"):
            is_known = rest and _ANY.fullmatch(rest)
            return Url(scheme, None, None, None, None, fragment_or_none) if is_known else None
    host, port = None, None
    if rest.startswith("//"):
        authority = re.match("[^/?]*", rest[2:])[0]  # type: ignore[index]
        rest = rest[2 + len(authority) :]
        if not authority and not rest and not sign:
            return None
        server = _server(authority)
        if server is None and not _REGISTRY.fullmatch(authority):
            return None
        host, port = server or (None, None)
    path, mark, query = rest.partition("?")
    if not _PATH.fullmatch(path) or not _ANY.fullmatch(query):
        return None
    return Url(scheme, host, port, path, query if mark else None, fragment_or_none)


def _is_space(c: str) -> bool:
    return c > "\x80" and unicodedata.category(c) in ("Zs", "Zl", "Zp", "Cc")


def _server(authority: str) -> tuple[str, int | None] | None:
    """Host and port, or None if the authority is a name of another kind."""
    user, at, place = authority.partition("@")
    if not at:
        place = user
    elif not _USER.fullmatch(user):
        return None
    found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::([0-9]*))?", place)
    if found is None or not _is_host(found[1]):
        return None
    port = int(found[2]) if found[2] else None
    return (found[1], port) if (port or 0) < 2**31 else None


def _is_host(host: str) -> bool:
    if host.startswith("["):
        return _is_version_6(host[1:-1])
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+){3}", host):
        return all(int(part) <= 255 for part in host.split("."))
    found = _HOST.fullmatch(host)
    return found is not None and ("." not in host[: found.start(1)] or found[1][0].isalpha())


def _is_version_6(address: str) -> bool:
    address, percent, scope = address.partition("%")
    if percent and not re.fullmatch(r"[A-Za-z0-9_.]+", scope):
        return False
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


# ---------------------------------------------------------------- what Trino asks


def _decoded(text: str | None) -> str:
    return _ESCAPES.sub(lambda m: _as_java(unquote_to_bytes(m[0])), text or "")


def _as_java(value: bytes) -> str:
    """UTF-8 with a mark for what is none: half of a pair is one wrong thing, not three."""
    return _HALF_OF_PAIR.sub(b"\xef\xbf\xbd", value).decode("utf-8", "replace")


def part(of: Callable[[Url], str | None]) -> Callable[[str], str | None]:
    """'' for what is not there, null for no URL."""

    def function(text: str) -> str | None:
        url = parsed(text)
        return None if url is None else _decoded(of(url))

    return function


def host(text: str) -> str | None:
    url = parsed(text)
    return None if url is None else url.host or ""


def port(text: str) -> int | None:
    url = parsed(text)
    return None if url is None else url.port


def parameter(text: str, name: str) -> str | None:
    """The value of the first parameter of that name, '' if it has none."""
    url = parsed(text)
    if url is None or url.query is None:
        return None
    for piece in url.query.split("&"):
        key, _, value = piece.partition("=")
        if key == name:
            return decode(value)
    return None


def encode(text: str) -> str:
    return quote_plus(text, safe="*-._").replace("~", "%7E")


def decode(text: str) -> str:
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        raise QueryFailure("INVALID_FUNCTION_ARGUMENT", "URLDecoder, Illegal escape pattern")
    return _decoded(text.replace("+", " "))
