from local.workers.polling import Polling


def test_polling_slows_down_while_nothing_comes_and_is_quick_again_after_a_record() -> None:
    polling = Polling(shortest=1.0, longest=3.0)
    idle = [polling.pause(found=False, is_behind=False, took_seconds=0.01) for _ in range(4)]
    assert idle == [1.5, 2.25, 3.0, 3.0]
    assert polling.pause(found=True, is_behind=False, took_seconds=0.01) == 1.0


def test_a_slow_read_is_followed_by_a_long_rest() -> None:
    polling = Polling(shortest=1.0, longest=3.0)
    assert polling.pause(found=True, is_behind=False, took_seconds=0.3) == 3.0


def test_a_reader_that_is_behind_does_not_rest() -> None:
    polling = Polling(shortest=1.0, longest=3.0)
    assert polling.pause(found=True, is_behind=True, took_seconds=9.0) == 0.0


def test_a_read_that_was_kept_waiting_is_not_followed_by_minutes_of_rest() -> None:
    polling = Polling(shortest=1.0, longest=3.0)
    assert polling.pause(found=True, is_behind=False, took_seconds=20.0) == 5.0
