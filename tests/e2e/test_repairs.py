"""Every command that repairs, on a live region while a producer puts: the answer stays exact."""

import json
import threading
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from lakehouse import layout
from lakehouse.events import Invalid
from lakehouse.rows import Arrival, quarantine_line
from local import cli
from producer.command import kinesis_client
from producer.produce import produce
from tests.e2e.conftest import wait_for

NAME = "turnstiles"
FAULTS = {"duplicates": 0.2, "late": 0.2, "malformed": 0.05}


@pytest.fixture
def command(endpoint, capsys):
    """Runs a command as its user does. Gives its status, its rows, and what it told."""

    def run(*words):
        def ended():
            status = cli.main(words)
            told = capsys.readouterr()
            # The job's schedule may just have started a run.
            return None if "ConcurrentRunsExceeded" in told.err else (status, told.out, told.err)

        return wait_for(ended, f"the end of {words[0]}")

    return run


class Putting:
    """A producer that puts events of a lane until it is left."""

    def __init__(self, lane):
        self.lane, self.stop = lane, threading.Event()
        self.path = lane.folder / "meanwhile.jsonl"
        self.thread = threading.Thread(target=self._put)

    def _put(self):
        stream = layout.stream_name(layout.DEFAULT_PREFIX, NAME)
        settings = {"rate": 40, "seed": 8, "ground_truth": self.path, "stop": self.stop, **FAULTS}
        produce(self.lane.dataset, client=kinesis_client(), stream=stream, **settings)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.lane.files.append(self.path)


def quarantined_before_a_fix(lane, amount):
    """Records that an older decoder refused: in the quarantine, and what they are after all."""
    at = datetime.now(UTC).replace(microsecond=0)
    path = lane.folder / "refused.jsonl"
    bucket = boto3.client("glue").get_job(JobName=f"{layout.DEFAULT_PREFIX}-{NAME}-batch")
    bucket = bucket["Job"]["DefaultArguments"]["--lake-bucket"]
    records = [
        json.dumps(
            {"id": f"refused-{n}-{at}", "timestamp": at.isoformat(), "entries": n, "exits": 1}
        ).encode()
        for n in range(amount)
    ]
    path.write_bytes(b"".join(record + b"\n" for record in records))
    lane.files.append(path)
    for number, record in enumerate(records):
        boto3.client("s3").put_object(
            Bucket=bucket,
            Key=layout.quarantine_key(NAME, at, f"shardId-000000000099-{number}"),
            Body=quarantine_line(
                record,
                Invalid("refused"),
                Arrival(at, "shardId-000000000099", str(number)),
                source="speed",
            ),
        )


def rows(out):
    return [json.loads(line) for line in out.splitlines()]


def test_every_repair_while_a_producer_puts_leaves_the_answer_exact(lane, command):
    events = lane(NAME)
    now = datetime.now(UTC)
    hours = ("--from", f"{now - timedelta(hours=2):%Y-%m-%dT%H}", "--to", f"{now:%Y-%m-%dT%H}")
    as_json = ("--format", "json")
    with Putting(events):
        wait_for(lambda: events.folder.joinpath("meanwhile.jsonl").exists(), "the first events")

        [run] = rows(command("batch", NAME, *as_json)[1])
        assert run["state"] == "SUCCEEDED"
        [run] = rows(command("batch", NAME, "--full", *as_json)[1])
        assert run["state"] == "SUCCEEDED"

        status, out, _ = command("rollback", NAME, *as_json)
        [before, after] = rows(out)
        assert status == 0
        assert after["run"] < before["run"] == before["base"]
        assert command("audit", NAME)[0] == 0

        quarantined_before_a_fix(events, 20)
        status, out, _ = command("replay", NAME, *as_json)
        assert status == 0
        replayed, *stayed = rows(out)
        assert replayed["records"] == 20
        assert {row["outcome"] for row in stayed} <= {"stays"}

        status, out, told = command("backfill", NAME, *hours, *as_json)
        assert (status, rows(out)[0]["state"]) == (0, "SUCCEEDED")
        assert "were not published yet" in told
        assert command("compact", NAME, *as_json)[0] == 0
        for _ in range(3):  # raise the floor, settle it, delete below it
            assert command("expire", NAME, "--keep", "0m", "--longest-query", "0m")[0] == 0
    events.put_again()
    events.settle()
    assert events.difference() is None
    [audited] = rows(command("audit", NAME, "--json")[1])
    assert audited["verdict"] == "equal"
    assert {view["question"]: view["different"] for view in audited["views"]} == {
        "batch view": 0,
        "serving view": 0,
    }
