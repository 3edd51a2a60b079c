"""SQL templates: files with named holes, `${hole}`, under athena_queries/."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template


@cache
def _template(path: str) -> Template:
    text = files("athena_queries").joinpath(path).read_text("utf-8")
    return Template(text.rstrip("\n"))


def fill(path: str, /, **holes: str) -> str:
    """The template `path` with its holes filled.

    Lines after the first of what fills a hole are indented as far as the hole is. Raises KeyError
    for a hole that is not given, ValueError for one that is given and not there.
    """
    template = _template(path)
    unused = holes.keys() - set(template.get_identifiers())
    if unused:
        raise ValueError(f"{path} has no hole {', '.join(sorted(unused))}")
    return "\n".join(_fill_line(line, holes) for line in template.template.split("\n"))


def _fill_line(line: str, holes: dict[str, str]) -> str:
    margin = line[: len(line) - len(line.lstrip())]
    return Template(line).substitute(
        {name: text.replace("\n", f"\n{margin}") for name, text in holes.items()}
    )


def listed(items: list[str] | tuple[str, ...]) -> str:
    """Items of a SELECT or GROUP BY, one a line."""
    return ",\n".join(items)
