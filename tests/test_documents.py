"""Documents tell the truth: their commands parse, their targets, links and names exist."""

import importlib.util
import re
import shlex
from datetime import datetime
from pathlib import Path

import pytest

from lakehouse import layout
from lakehouse.boundary import first_boundary
from lakehouse.datasets import DATASETS
from lakehouse.views import render_views
from local import cli
from stacks import config

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


def commands(path):
    """The command lines of a document's shell blocks, comments and continuations resolved."""
    for block in SHELL_BLOCK.findall(path.read_text("utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words:
                yield words


ALL = [
    pytest.param(words, id=f"{path.name}: {' '.join(words)[:60]}")
    for path in DOCUMENTS
    for words in commands(path)
]
PYTHON = ".venv/bin/python"
KNOWN = {PYTHON, ".", "aws", "bash", "eval", "lakehouse", "make", "npm", "npx"}


@pytest.mark.parametrize("words", ALL)
def test_a_command_is_one_that_exists(words):
    assert words[0] in KNOWN
    if words[0] == "lakehouse":
        assert cli._parser(words[1:]).parse_args(words[1:])
    elif words[0] == "make":
        makefile = (ROOT / "Makefile").read_text()
        targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
        options = re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE)
        given = [word.partition("=") for word in words[1:]]
        assert {name for name, is_option, _ in given if not is_option} <= set(targets)
        assert {name for name, is_option, _ in given if is_option} <= set(options)
    elif words[0] == PYTHON:
        assert words[1] == "-m"
        assert importlib.util.find_spec(words[2])
        assert [word for word in words[3:] if "/" in word and not (ROOT / word).exists()] == []
    elif words[0] == "npx":
        assert words[1] == "cdk"
        for i, word in enumerate(words):
            if word == "-c":
                key = words[i + 1].partition("=")[0]
                assert key in config._READERS


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        if not target.startswith("https://"):
            assert (path.parent / target).exists(), target


TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
CLAIM = re.compile(r"^(?:- .*(?:\n  .*)*)|^\*\*.*(?:\n.+)*", re.MULTILINE)


def sections(path):
    """The sections of a document, by their headings."""
    _, *found = re.split(r"^## (.+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(found[::2], found[1::2], strict=True))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_test_that_is_named_is_there(path):
    for file, name in TEST.findall(path.read_text("utf-8")):
        assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE), (file, name)


@pytest.mark.parametrize("section", ["The promise", "Check it", "What it does not promise"])
def test_exactness_claims_nothing_without_a_test(section):
    claims = CLAIM.findall(sections(ROOT / "docs" / "exactness.md")[section])
    assert len(claims) >= 4
    *told, last = claims
    without = [claim for claim in told if not TEST.search(claim)]
    # That AWS has not been watched is no claim that a test could show.
    assert without == []
    assert TEST.search(last) or last.startswith("- **AWS itself has not been watched.**")


def test_the_readme_names_every_setting_of_a_deployment():
    text = (ROOT / "README.md").read_text()
    assert {key for key in config._READERS if f"`{key}`" not in text} == set()


def test_the_readme_names_every_view_and_table_of_turnstiles():
    text = (ROOT / "README.md").read_text()
    turnstiles, tweets, _ = DATASETS
    boundary = first_boundary("202611201000")
    views = {view.name for view in render_views(turnstiles, boundary)}
    name = turnstiles.name
    tables = {
        layout.raw_table(name),
        layout.speed_table(name),
        layout.quarantine_table(name),
        layout.events_table(name),
        layout.partials_table(name),
        layout.runs_table(name),
    }
    named = views | tables | {layout.totals_view(tweets.name)}
    assert {each for each in named if f"`{each}`" not in text} == set()


def test_the_architecture_names_every_room():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert {room for room in rooms if f"`{room}/`" not in text} == set()


def test_the_changelog_is_in_its_form():
    text = (ROOT / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## \[(.+?)\](?: - (\S+))?$", text, re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    for _, day in headings[1:]:
        assert datetime.strptime(day, "%Y-%m-%d")
