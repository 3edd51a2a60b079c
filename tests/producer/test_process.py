"""The producer as a process: signals, kills and pipes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse.datasets import TWEETS
from lakehouse.events import Event, decoder
from tests.producer.endpoint import serving

ROOT = Path(__file__).parent.parent.parent
SECONDS = 30


@pytest.fixture
def endpoint():
    with serving() as endpoint:
        yield endpoint


@pytest.fixture
def start(endpoint):
    """Starts `python -m producer tweets` with these arguments."""
    started = []

    def start(*arguments, **options):
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": endpoint.url,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "producer", "tweets", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def written(path):
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


def ids(records):
    events = map(decoder(TWEETS), records)
    return [event.values[0] for event in events if isinstance(event, Event)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_sends_what_is_buffered_and_reports(start, endpoint, tmp_path, number):
    truth = tmp_path / "truth"
    process = start("--rate", "200/s", "--duplicates", "0.5", "--ground-truth", truth)
    endpoint.wait_for(50)
    process.send_signal(number)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert f"INFO - {len(endpoint.stored)} messages delivered to Kinesis." in err.decode()
    assert sorted(written(truth)) == sorted(set(ids(endpoint.stored)))
    # Half of the records waited to be sent again: all of these were, before the end.
    assert len(endpoint.stored) > 1.2 * len(written(truth))


def test_an_endpoint_that_is_down_is_said_and_a_stop_gives_up_in_a_moment(start, endpoint):
    process = start("--rate", "100/s")
    endpoint.wait_for(1)
    endpoint.is_down = True
    said = [process.stderr.readline() for _ in range(2)]
    assert b"WARNING - not delivered after 5 attempts, trying on: Connection was closed" in said[1]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert f"INFO - {len(endpoint.stored)} messages delivered to Kinesis." in err.decode()
    assert b" unsent" in err


def test_a_second_stop_ends_at_once(start, endpoint):
    endpoint.gate.clear()  # the first call is never answered
    process = start("--amount", 10)
    endpoint.wait_for(10)
    process.send_signal(signal.SIGINT)
    said = [process.stderr.readline() for _ in range(2)]
    assert b"once more stops at once" in said[1]
    process.send_signal(signal.SIGINT)
    assert process.wait(SECONDS) == -signal.SIGINT


def test_a_killed_producer_leaves_a_ground_truth_of_what_was_acknowledged(
    start, endpoint, tmp_path
):
    truth = tmp_path / "truth"
    process = start("--ground-truth", truth)
    endpoint.wait_for(5000)
    endpoint.gate.clear()  # from here on, calls are stored and not answered
    before = len(endpoint.stored)
    endpoint.wait_for(before + 1)
    process.kill()
    process.communicate()
    whole = truth.read_bytes().rpartition(b"\n")[0].splitlines()
    acknowledged = [json.loads(line)["id"] for line in whole]
    assert len(acknowledged) >= 3000
    assert len(set(acknowledged)) == len(acknowledged)
    assert set(acknowledged) < set(ids(endpoint.stored))


def test_records_come_from_standard_input_as_they_come(start, endpoint):
    process = start("--from", "-", stdin=subprocess.PIPE)
    process.stdin.write(b'{"id":1,"created_at":1795168800000}\n')
    process.stdin.flush()
    endpoint.wait_for(1)  # sent although the pipe is open and no batch is full
    process.stdin.write(b'{"id":2,"created_at":1795168800000}\n')
    process.stdin.flush()
    endpoint.wait_for(2)
    process.send_signal(signal.SIGINT)  # and a silent pipe does not keep it from ending
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert endpoint.stored == [
        b'{"id":1,"created_at":1795168800000}',
        b'{"id":2,"created_at":1795168800000}',
    ]
    assert b"INFO - 2 messages delivered to Kinesis." in err


def test_a_dry_run_ends_when_nobody_reads_on(start):
    process = start("--dry-run")
    assert isinstance(decoder(TWEETS)(process.stdout.readline()), Event)
    process.stdout.close()
    assert process.wait(SECONDS) == 0
    assert b"Traceback" not in process.stderr.read()


def test_progress_is_drawn_on_a_terminal(start):
    leader, follower = os.openpty()
    process = start("--amount", 60, "--rate", "100/s", stderr=follower)
    os.close(follower)
    assert process.wait(SECONDS) == 0
    said = os.read(leader, 65536).decode()
    os.close(leader)
    assert " messages delivered, " in said
    assert said.endswith("\r\x1b[KINFO - 60 messages delivered to Kinesis.\r\n")
