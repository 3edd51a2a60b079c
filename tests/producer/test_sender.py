import random
import threading

import pytest
from botocore import exceptions as aws

from producer.failures import Backoff, SendError
from producer.ledger import Ledger
from producer.sender import Sender
from tests.producer.fakes import AT_ONCE, FakeKinesis, answer_of, client_error, raising, records

CANNOT_CONNECT = aws.EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
NO_ANSWER = aws.ReadTimeoutError(endpoint_url="http://127.0.0.1:1")


def send(kinesis, *batches, threads=1, stop=None, **settings):
    ledger = Ledger()
    stop = stop or threading.Event()
    settings = {"backoff": AT_ONCE, **settings}
    Sender(kinesis, "s", ledger, stop=stop, threads=threads, **settings).send(batches)
    return ledger.report()


def test_only_what_failed_is_sent_again():
    kinesis = FakeKinesis()
    kinesis.answers = [kinesis.fail(1, 3), kinesis.fail(0, code="InternalFailure")]
    report = send(kinesis, records("a", "b", "c", "d"))
    assert kinesis.calls == [[b"a", b"b", b"c", b"d"], [b"b", b"d"], [b"b"]]
    assert sorted(kinesis.stored) == [b"a", b"b", b"c", b"d"]
    assert (report.messages, report.retries) == (4, 2)


@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("KMSThrottlingException"),
        client_error("ResourceInUseException"),
        client_error("", status=503),
        client_error("Whatever", status=429),
    ],
    ids=str,
)
def test_what_passes_is_tried_again(error):
    kinesis = FakeKinesis(*[raising(error)] * 30)
    report = send(kinesis, records("a"))
    assert kinesis.stored == [b"a"]
    assert (report.messages, report.retries) == (1, 30)


@pytest.mark.parametrize(
    "error", [CANNOT_CONNECT, NO_ANSWER, aws.ConnectionClosedError(endpoint_url="x")], ids=repr
)
def test_records_whose_call_had_no_answer_are_sent_again_as_the_same_bytes(error):
    kinesis = FakeKinesis()

    def store_and_lose_the_answer(entries):
        kinesis.accept(entries)
        raise error

    kinesis.answers = [kinesis.accept, store_and_lose_the_answer]
    report = send(kinesis, records("a"), records("b", "c"))
    assert kinesis.stored == [b"a", b"b", b"c", b"b", b"c"]
    assert (report.messages, report.events, report.retries) == (3, 3, 1)


def test_a_first_call_that_cannot_connect_says_where():
    kinesis = FakeKinesis(raising(CANNOT_CONNECT))
    with pytest.raises(SendError, match=r"http://127\.0\.0\.1:1.*check --endpoint-url"):
        send(kinesis, records("a"))
    assert len(kinesis.calls) == 1


def test_a_first_call_without_an_answer_is_tried_again():
    kinesis = FakeKinesis(raising(NO_ANSWER))
    assert send(kinesis, records("a")).messages == 1


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (client_error("ResourceNotFoundException"), "no stream is called 's': deploy first"),
        (
            client_error("AccessDeniedException", message="not you"),
            "AccessDeniedException: not you",
        ),
        (client_error("ExpiredTokenException"), "refused the call"),
        (aws.NoCredentialsError(), "set AWS_PROFILE"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value),
)
def test_what_does_not_pass_is_said_at_once(error, says):
    kinesis = FakeKinesis(raising(error))
    with pytest.raises(SendError, match=says):
        send(kinesis, records("a"))
    assert len(kinesis.calls) == 1


def test_a_stream_that_vanishes_ends_all_threads():
    kinesis = FakeKinesis()
    gone = client_error("ResourceNotFoundException")
    kinesis.answers = [kinesis.accept, *[raising(gone)] * 100]
    with pytest.raises(SendError, match="no stream"):
        send(kinesis, *([record] for record in records(*map(str, range(50)))), threads=4)
    assert kinesis.stored == [b"0"]


def test_a_record_that_kinesis_does_not_accept_is_named_and_the_others_go(caplog):
    kinesis = FakeKinesis()
    names = [str(number) for number in range(100)]

    def answer(entries):
        if any(entry["Data"] == b"42" for entry in entries):
            raise client_error("ValidationException", message="odd")
        return kinesis.accept(entries)

    kinesis.answers = [answer] * 1000
    report = send(kinesis, records(*names))
    assert sorted(kinesis.stored) == sorted(name.encode() for name in names if name != "42")
    assert (report.messages, report.refused) == (99, 1)
    assert caplog.messages == ["event 42 refused: ValidationException: odd"]
    assert len(kinesis.calls) < 16


def test_an_endpoint_that_goes_away_is_said_once_for_all_threads_and_tried_on(caplog):
    kinesis = FakeKinesis()
    kinesis.answers = [kinesis.accept, *[raising(CANNOT_CONNECT)] * 50]
    assert send(kinesis, *([r] for r in records(*"abcde")), threads=3).messages == 5
    (said,) = caplog.messages
    assert said.startswith("not delivered after 5 attempts, trying on: Could not connect")
    assert "http://127.0.0.1:1" in said


def test_ordinary_throttling_is_not_worth_a_line(caplog):
    kinesis = FakeKinesis()
    kinesis.answers = [kinesis.fail(0)] * 4
    assert send(kinesis, records("a")).retries == 4
    assert caplog.messages == []


def test_after_a_stop_and_its_grace_every_batch_has_one_attempt_more():
    stop = threading.Event()
    kinesis = FakeKinesis()

    def throttle_and_stop(entries):
        stop.set()
        return answer_of(["InternalFailure"] * len(entries))

    kinesis.answers = [kinesis.accept, *[throttle_and_stop] * 1000]
    batches = (records("a"), records("b", "c"), records("d"))
    report = send(kinesis, *batches, stop=stop, grace_seconds=0)
    assert (report.messages, report.unsent) == (1, 3)
    assert kinesis.calls == [[b"a"], [b"b", b"c"], [b"d"]]


def test_what_is_buffered_at_a_stop_is_still_sent():
    stop = threading.Event()
    stop.set()
    kinesis = FakeKinesis()
    kinesis.answers = [kinesis.fail(0), kinesis.fail(0)]
    report = send(kinesis, records("a"), records("b"), stop=stop)
    assert sorted(kinesis.stored) == [b"a", b"b"]
    assert (report.messages, report.unsent) == (2, 0)


def test_several_calls_are_under_way_at_once():
    met = threading.Barrier(3, timeout=10)

    class Meeting(FakeKinesis):
        def put_records(self, *, StreamName, Records):
            if Records[0]["Data"] != b"first":
                met.wait()  # breaks unless three calls are here together
            return super().put_records(StreamName=StreamName, Records=Records)

    kinesis = Meeting()
    report = send(kinesis, *([r] for r in records("first", *"abcdef")), threads=3)
    assert report.messages == 7


def test_no_more_batches_are_made_than_can_be_sent():
    made = []

    class Counting(FakeKinesis):
        def accept(self, entries):
            waiting.append(len(made) - len(self.stored))
            return super().accept(entries)

    waiting = []
    kinesis = Counting()

    def batches():
        for record in records(*map(str, range(40))):
            made.append(record)
            yield [record]

    Sender(kinesis, "s", Ledger(), stop=threading.Event(), threads=2).send(batches())
    assert len(kinesis.stored) == 40
    assert max(waiting) <= 4


def test_every_record_arrives_through_any_weather():
    chance = random.Random(7)

    class Weather(FakeKinesis):
        def put_records(self, *, StreamName, Records):
            with self.lock:
                kind = chance.randrange(4) if self.stored else 0
                if kind == 1:
                    raise client_error("InternalFailure", status=500)
                if kind == 2:
                    self.accept(Records)
                    raise NO_ANSWER
                if kind == 3:
                    return self.fail(*range(0, len(Records), 2))(Records)
                return self.accept(Records)

    kinesis = Weather()
    names = [f"{number:04}" for number in range(3000)]
    every = records(*names)
    report = send(kinesis, *(every[i : i + 50] for i in range(0, 3000, 50)), threads=4)
    assert set(kinesis.stored) == {name.encode() for name in names}
    assert (report.messages, report.events, report.duplicates) == (3000, 3000, 0)
    assert len(kinesis.stored) > 3000  # the weather was bad


def test_backoff_grows_to_its_cap_with_full_jitter():
    backoff = Backoff(base_seconds=0.1, cap_seconds=5)
    longest = [
        max(backoff.seconds(failures) for _ in range(500)) for failures in (1, 2, 4, 90, 9999)
    ]
    assert longest == pytest.approx([0.1, 0.2, 0.8, 5, 5], rel=0.1)
    assert min(backoff.seconds(90) for _ in range(500)) < 0.1
