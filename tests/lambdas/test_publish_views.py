"""The publisher: a new lake gets speed-only views, a lake with a boundary keeps it.

moto ignores Glue's `VersionId`, so the guard is tested with a client that enforces it.
"""

import base64
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lakehouse import layout
from lakehouse.boundary import Boundary, first_boundary
from lakehouse.datasets.tweets import TWEETS
from lakehouse.state import State
from lakehouse.view_tables import table_input
from lakehouse.views import render_views
from lakehouse.windows import Window
from lambdas import publish_views
from tests.lambdas.conftest import BUCKET, DATABASE, keys
from tests.lambdas.test_speed_view import NOW

SEAL = "202611201000"


@pytest.fixture(autouse=True)
def s3_time(monkeypatch):
    """moto answers no `Date` in process."""
    monkeypatch.setattr(publish_views, "s3_time", lambda headers: NOW)


SINCE = "202601010000"


def publish(lake, glue=None, dataset=TWEETS, since=SINCE):
    return publish_views.publish(
        lake.s3, glue or lake.glue, dataset, since=since, bucket=BUCKET, database=DATABASE
    )


def view(lake, name="tweets"):
    return lake.glue.get_table(DatabaseName=DATABASE, Name=name)["Table"]


def state(lake):
    body = lake.s3.get_object(Bucket=BUCKET, Key="state/tweets.json")["Body"].read()
    return State.from_json(body)


def batched(lake):
    """A boundary of run 3, published as a batch run would."""
    boundary = publish(lake).after_run(
        3,
        cut="202611201100",
        began=datetime(2026, 11, 20, 11, 6, tzinfo=UTC),
        is_base=False,
        lowest=0,
    )
    for rendered in render_views(TWEETS, boundary):
        lake.glue.update_table(
            DatabaseName=DATABASE, TableInput=table_input(rendered, boundary, database=DATABASE)
        )
    taken = State(run=3, seal="202611201100").to_json()
    lake.s3.put_object(Bucket=BUCKET, Key="state/tweets.json", Body=taken)
    return boundary


def test_a_new_lake_is_sealed_before_the_deployments_epoch_and_answers_from_the_speed_layer(lake):
    boundary = publish(lake)
    assert state(lake) == State(run=0, seal=SEAL)
    assert boundary == first_boundary(SEAL)
    assert Boundary.from_parameters(view(lake)["Parameters"]) == boundary


def test_every_view_exists_after_a_deployment(lake):
    publish(lake)
    tables = lake.glue.get_tables(DatabaseName=DATABASE)["TableList"]
    assert sorted(table["Name"] for table in tables) == [
        "tweets",
        "tweets_batch_view",
        "tweets_live_events",
        "tweets_provenance",
        "tweets_quarantine_reasons",
        "tweets_speed_view",
        "tweets_totals",
    ]
    assert {table["TableType"] for table in tables} == {"VIRTUAL_VIEW"}


def test_a_view_is_stored_as_athena_stores_its_own(lake):
    publish(lake)
    text = view(lake)["ViewOriginalText"]
    assert text.startswith("/* Presto View: ")
    document = json.loads(base64.b64decode(text.removeprefix("/* Presto View: ")[:-3]))
    assert (document["catalog"], document["schema"]) == ("awsdatacatalog", "lakehouse")
    assert document["columns"][0] == {"name": "window_start", "type": "timestamp(3)"}
    assert "WHERE epoch > '202611201000'" in document["originalSql"]
    assert view(lake)["Description"] == "Presto View"


def test_a_deployment_keeps_the_boundary_that_it_finds(lake):
    before = batched(lake)
    after = publish(lake)
    assert after == replace(before, serial=before.serial + 1)
    assert state(lake) == State(run=3, seal="202611201100")
    assert Boundary.from_parameters(view(lake, "tweets_totals")["Parameters"]) == after


def test_a_lake_whose_serving_view_is_gone_is_not_started_over(lake):
    batched(lake)
    lake.glue.delete_table(DatabaseName=DATABASE, Name="tweets")
    with pytest.raises(publish_views.PublicationError, match="restore the last version of its"):
        publish(lake)


def test_a_state_object_that_is_gone_is_not_started_over(lake):
    batched(lake)
    lake.s3.delete_object(Bucket=BUCKET, Key="state/tweets.json")
    with pytest.raises(publish_views.PublicationError, match="would use numbers of runs twice"):
        publish(lake)
    assert keys(lake.s3, "state/") == []


def test_a_dataset_that_is_defined_otherwise_than_what_is_batched_is_refused(lake):
    batched(lake)
    other = replace(TWEETS, window=Window(timedelta(days=2)))
    problem = "the window's panes of 'tweets' are not those of what is batched: undo the change"
    with pytest.raises(publish_views.PublicationError, match=problem):
        publish(lake, dataset=other)


def test_a_dataset_may_change_before_anything_is_batched(lake):
    publish(lake)
    other = replace(TWEETS, window=Window(timedelta(days=2)))
    assert publish(lake, dataset=other).serial == 1


def test_a_projection_that_would_hide_speed_rows_is_refused(lake):
    publish(lake)
    with pytest.raises(publish_views.PublicationError, match="since=202611201010 would hide"):
        publish(lake, since="202611201010")
    assert publish(lake, since="202611201005").serial == 1


def test_a_table_of_somebody_else_is_left_alone(lake):
    lake.glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "tweets_totals"})
    with pytest.raises(publish_views.PublicationError, match="'tweets_totals' is in the database"):
        publish(lake)


class GuardedGlue:
    """A Glue client that enforces `VersionId` on the serving view, and is overtaken `times`."""

    def __init__(self, glue, times):
        self._glue, self._times, self.version = glue, times, 1

    def __getattr__(self, name):
        return getattr(self._glue, name)

    def get_table(self, **arguments):
        answer = self._glue.get_table(**arguments)
        answer["Table"]["VersionId"] = str(self.version)
        return answer

    def update_table(self, *, VersionId, TableInput, **arguments):
        if TableInput["Name"] == layout.serving_view("tweets"):
            if self._times:
                self._times -= 1
                self.version += 1
            if str(self.version) != VersionId:
                raise self._glue.exceptions.ConcurrentModificationException(
                    {"Error": {"Code": "ConcurrentModificationException"}}, "UpdateTable"
                )
        return self._glue.update_table(TableInput=TableInput, **arguments)


def test_a_publication_that_is_overtaken_reads_the_boundary_again(lake):
    before = batched(lake)
    assert publish(lake, GuardedGlue(lake.glue, times=2)).run == before.run


def test_a_publication_that_is_overtaken_every_time_says_so(lake):
    batched(lake)
    with pytest.raises(publish_views.PublicationError, match="deploy again"):
        publish(lake, GuardedGlue(lake.glue, times=99))


def test_a_view_beside_the_serving_view_never_moves_back(lake):
    before = batched(lake)
    newer = replace(before, serial=before.serial + 9)
    totals = render_views(TWEETS, newer)[-1]
    lake.glue.update_table(
        DatabaseName=DATABASE, TableInput=table_input(totals, newer, database=DATABASE)
    )
    publish(lake)
    assert Boundary.from_parameters(view(lake, totals.name)["Parameters"]) == newer


@pytest.fixture
def cloudformation():
    """A server that takes the answer of a custom resource."""
    answers = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self):
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", answers
    server.shutdown()
    thread.join()
    server.server_close()


def request(url, kind, *datasets):
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "s",
        "RequestId": "r",
        "LogicalResourceId": "Views",
        "ResourceProperties": {
            "Datasets": list(datasets),
            "Windows": dict.fromkeys(datasets, "1d"),
            "Since": SINCE,
        },
    }


def test_cloudformation_is_answered_when_the_views_exist(lake, cloudformation, context):
    url, answers = cloudformation
    publish_views.handler(request(url, "Create", "tweets"), context)
    assert (answers[0]["Status"], answers[0]["LogicalResourceId"]) == ("SUCCESS", "Views")
    assert view(lake)["Name"] == "tweets"


def test_cloudformation_is_told_why_the_views_do_not_exist(lake, cloudformation, context):
    url, answers = cloudformation
    publish_views.handler(request(url, "Create", "tweet"), context)
    assert answers[0]["Status"] == "FAILED"
    assert answers[0]["Reason"].startswith("UnknownDatasetError: no dataset is called 'tweet'")


def test_deleting_the_stack_deletes_no_view_and_no_state(lake, cloudformation, context):
    url, answers = cloudformation
    batched(lake)
    publish_views.handler(request(url, "Delete", "tweets"), context)
    assert answers[0]["Status"] == "SUCCESS"
    assert view(lake)["Name"] == "tweets"
    assert state(lake).run == 3
