"""A region whose queries Trino answers, as `lakehouse up --athena trino` starts it."""

from __future__ import annotations

import pytest

from lakehouse import layout
from local.environment import ATHENA_ENGINE
from local.home import Home
from local.questions import Questions
from local.region import Region
from tests.region import VARIABLES, pass_full_hour


@pytest.fixture
def questions(tmp_path, monkeypatch):
    """To a region of its own."""
    running = Region(Home(tmp_path / ".lakehouse"))
    pass_full_hour()
    try:
        running.up(variables=VARIABLES | {ATHENA_ENGINE: "trino"})
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield Questions(layout.DEFAULT_PREFIX, layout.DEFAULT_PREFIX)
    finally:
        running.reset()


def test_trino_answers_what_the_local_athena_refuses(questions):
    [row] = questions.ask("SELECT to_hex(to_big_endian_64(1)) AS one, count(*) AS n FROM tweets")
    assert row == {"one": "0000000000000001", "n": 0}
