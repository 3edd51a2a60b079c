"""A short chaos, whole: `make soak` runs the long one."""

from lakehouse.datasets import get_dataset
from tests.chaos.chaos import Plan, run


def test_a_short_chaos_is_exact(tmp_path, capsys):
    plan = Plan(
        seconds=10,
        rate=60,
        seed=1,
        kill_every=3.0,
        reshard_every=6.0,
        batch_every=6.0,
        operation_every=5.0,
        is_thorough=False,
        datasets=(get_dataset("tweets"),),
    )
    assert run(plan, tmp_path) == 0, capsys.readouterr().out
    assert "wrong answers" in capsys.readouterr().out
