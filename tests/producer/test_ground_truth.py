import json

import pytest

from lakehouse.datasets import CUSTOMERS, TWEETS
from lakehouse.events import decoder
from producer.failures import SendError
from producer.ground_truth import GroundTruth
from producer.ledger import Ledger
from producer.plan import PlanError
from producer.produce import produce
from producer.records import Record
from tests.producer.fakes import AT_ONCE, READINGS, FakeKinesis, client_error, raising


def rows(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def tweet(number, likes=1):
    data = json.dumps(
        {"id": number, "created_at": "2026-11-20T12:00:00.123456789+01:00", "favorite_count": likes}
    )
    return Record(data.encode(), str(number))


def test_a_row_is_the_decoders_view_of_the_bytes(tmp_path):
    with GroundTruth(tmp_path / "truth", TWEETS) as truth:
        truth.write([tweet(7)])
    assert rows(tmp_path / "truth") == [
        {
            "id": 7,
            "created_at": "2026-11-20T11:00:00.123456Z",
            "followers_count": None,
            "location": None,
            "favorite_count": 1,
            "retweet_count": None,
            "_event_us": 1_795_172_400_123_456,
        }
    ]


def test_decimals_keep_their_digits(tmp_path):
    data = b'{"id":1,"at":1795168800000,"price":12.50}'
    with GroundTruth(tmp_path / "truth", READINGS) as truth:
        truth.write([Record(data, "1")])
    assert rows(tmp_path / "truth")[0]["price"] == "12.50"


def test_personal_fields_are_left_out(tmp_path):
    produce(CUSTOMERS, client=FakeKinesis(), stream="s", amount=5, ground_truth=tmp_path / "truth")
    assert {frozenset(row) for row in rows(tmp_path / "truth")} == {
        frozenset(("uuid", "event_date", "status", "_event_us"))
    }


def test_every_acknowledged_event_is_there_once_and_nothing_else(tmp_path):
    kinesis = FakeKinesis()
    kinesis.answers = [kinesis.fail(*range(0, 500, 3)), kinesis.fail(0, 1, 2)]
    report = produce(
        TWEETS,
        client=kinesis,
        stream="s",
        amount=3000,
        seed=1,
        duplicates=0.3,
        late=0.2,
        malformed=0.1,
        ground_truth=tmp_path / "truth",
        backoff=AT_ONCE,
    )
    decode = decoder(TWEETS)
    events = [event for event in map(decode, kinesis.stored) if hasattr(event, "event_us")]
    identities = {(event.values[0], event.event_us) for event in events}
    written = [(row["id"], row["_event_us"]) for row in rows(tmp_path / "truth")]
    assert len(written) == len(set(written)) == report.events
    assert set(written) == identities
    assert report.messages == len(kinesis.stored)
    assert report.duplicates == len(events) - report.events > 600
    assert report.malformed == len(kinesis.stored) - len(events) > 200


def test_an_event_is_written_only_after_its_acknowledgement(tmp_path):
    path = tmp_path / "truth"
    seen = []

    class Watching(FakeKinesis):
        def accept(self, entries):
            seen.append((len(self.stored), len(rows(path))))
            return super().accept(entries)

    produce(TWEETS, client=Watching(), stream="s", amount=1500, threads=1, ground_truth=path)
    # When a call comes in, the file holds what the calls before it brought, all of it.
    assert seen == [(0, 0), (500, 500), (1000, 1000)]


def test_what_was_never_acknowledged_is_not_there(tmp_path):
    kinesis = FakeKinesis()
    kinesis.answers = [kinesis.accept, raising(client_error("AccessDeniedException"))]
    with pytest.raises(SendError):
        produce(
            TWEETS,
            client=kinesis,
            stream="s",
            amount=1500,
            threads=1,
            ground_truth=tmp_path / "truth",
        )
    assert len(rows(tmp_path / "truth")) == 500


def test_a_file_that_exists_is_continued(tmp_path):
    for number in (1, 2):
        with GroundTruth(tmp_path / "truth", TWEETS) as truth:
            truth.write([tweet(number)])
    assert [row["id"] for row in rows(tmp_path / "truth")] == [1, 2]


@pytest.mark.parametrize("unfinished", [b"{", b'{"id":', b'{"id":"' + b"x" * 200_000])
def test_a_line_that_a_kill_left_unfinished_is_taken_off(tmp_path, unfinished):
    path = tmp_path / "truth"
    with GroundTruth(path, TWEETS) as truth:
        truth.write([tweet(1)])
    path.write_bytes(path.read_bytes() + unfinished)
    with GroundTruth(path, TWEETS) as truth:
        truth.write([tweet(2)])
    assert [row["id"] for row in rows(path)] == [1, 2]


@pytest.mark.parametrize("content", [b"notes", b'{"other": 1}'])
def test_a_file_of_somebody_else_is_left_alone(tmp_path, content):
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(PlanError, match="notes is not a ground truth of this dataset"):
        GroundTruth(path, TWEETS)
    path.write_bytes(content + b"\n")
    with pytest.raises(PlanError, match="notes is not a ground truth of this dataset"):
        GroundTruth(path, TWEETS, is_repeating=True)
    assert path.read_bytes() == content + b"\n"


def test_real_records_that_repeat_are_written_once(tmp_path):
    with GroundTruth(tmp_path / "truth", TWEETS, is_repeating=True) as truth:
        truth.write([tweet(1), tweet(2), tweet(1, likes=9)])
        truth.write([tweet(2)])
    with GroundTruth(tmp_path / "truth", TWEETS, is_repeating=True) as truth:
        truth.write([tweet(2), tweet(3)])
    assert [row["id"] for row in rows(tmp_path / "truth")] == [1, 2, 3]


def test_a_message_is_an_event_a_duplicate_or_malformed():
    ledger = Ledger()
    event, late = tweet(1), tweet(2)
    late.is_late = True
    spoiled = Record(b"", "3", is_event=False)
    ledger.acknowledge([event, late, spoiled])
    ledger.acknowledge([event, late, spoiled, event])
    report = ledger.report()
    assert (report.messages, report.events, report.late) == (7, 2, 1)
    assert (report.duplicates, report.malformed) == (3, 2)
