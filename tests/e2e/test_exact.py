"""From the producer to the merged answer, through the deployed template."""

import base64
import json
from dataclasses import replace

import boto3

from lakehouse import layout
from lakehouse.boundary import Boundary
from lakehouse.view_tables import DEFINITION_PARAMETER, View, table_input
from tests.e2e.conftest import wait_for

FAULTS = {"duplicates": 0.2, "late": 0.2, "malformed": 0.05}


def test_the_answer_is_the_truth_before_and_after_batch_runs(lane, run_batch, questions):
    """Of one dataset; the demo compares all of them (tests/e2e/test_demo.py)."""
    name = "customers"
    events = lane(name)
    events.put(150, seed=1, **FAULTS)
    events.settle()
    assert events.difference() is None

    raw = layout.raw_table(name)
    wait_for(
        lambda: questions.ask(f'SELECT count(*) AS n FROM "{raw}"')[0]["n"] >= 100,
        f"raw of {name}",
    )
    assert run_batch(name)["JobRunState"] == "SUCCEEDED"
    assert events.difference() is None
    events.put(50, seed=2, **FAULTS)
    events.settle()
    assert events.difference() is None

    [provenance] = questions.ask(f'SELECT * FROM "{layout.provenance_view(name)}"')
    assert provenance["run"] >= 1
    assert provenance["batch_events"] >= 100
    live = questions.ask(f'SELECT count(*) AS n FROM "{layout.live_events_view(name)}"')[0]["n"]
    assert live == provenance["batch_events"] + provenance["speed_events"]


def test_malformed_records_are_in_the_quarantine_with_their_reasons(lane, questions):
    view = layout.quarantine_view("tweets")

    def count():
        return questions.ask(f'SELECT coalesce(sum(records), 0) AS n FROM "{view}"')[0]["n"]

    before = count()
    report = lane("tweets").put(100, seed=3, malformed=0.3)
    wait_for(lambda: count() == before + report.malformed, "malformed records in the quarantine")
    reasons = questions.ask(f'SELECT reason, source FROM "{view}"')
    assert all(row["reason"] for row in reasons)
    assert "speed" in {row["source"] for row in reasons}


def test_a_broken_anti_join_is_found(lane, run_batch, questions):
    """The comparison can fail: events that both layers hold are counted twice."""
    events = lane("tweets")
    events.put(100, seed=5)
    events.settle()
    wait_for(lambda: _batched_while_in_tail(run_batch, questions), "events that both layers hold")
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName="lakehouse", Name="tweets")["Table"]
    boundary = Boundary.from_parameters(table["Parameters"])
    whole = _view(table)
    broken = replace(whole, sql=whole.sql.replace('WHERE published."id" IS NULL', ""))
    assert broken.sql != whole.sql
    try:
        _publish(glue, broken, boundary)
        assert "the answer is events=" in str(events.difference())
    finally:
        _publish(glue, whole, boundary)
    assert events.difference() is None


def _batched_while_in_tail(run_batch, questions):
    run_batch("tweets")
    tail = "SELECT max(epoch) AS newest FROM tweets_speed_rows"
    [provenance] = questions.ask("SELECT cut, batch_events, speed_events FROM tweets_provenance")
    [rows] = questions.ask(tail)
    return provenance["speed_events"] == 0 and rows["newest"] > provenance["cut"]


def _view(table):
    text = table["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    document = json.loads(base64.b64decode(text))
    columns = tuple((column["name"], column["type"]) for column in document["columns"])
    definition = table["Parameters"][DEFINITION_PARAMETER]
    return View(table["Name"], document["originalSql"], columns, definition)


def _publish(glue, view, boundary):
    glue.update_table(
        DatabaseName="lakehouse", TableInput=table_input(view, boundary, database="lakehouse")
    )
