"""A fourth dataset, by one definition and its line in the registry, in a copy of the project.

It goes end to end, and through a region that is stopped in the middle of the producer.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.home import ROOT
from tests.e2e.conftest import wait_for

ORDERS = """\
from datetime import timedelta

from lakehouse.dataset import Dataset, Field
from lakehouse.fakes import Fake
from lakehouse.field_types import INT, STRING, TIMESTAMP, decimal
from lakehouse.measures import Count, Max, Mean, Min, Sum
from lakehouse.windows import Window

_AMOUNT = Fake("pydecimal", (("left_digits", 4), ("right_digits", 2), ("positive", True)))

ORDERS = Dataset(
    name="orders",
    doc="An order in a shop.",
    fields=(
        Field("id", STRING, "id of the order"),
        Field("placed_at", TIMESTAMP, "when it was placed"),
        Field("shop", STRING, "where", Fake("city", pool=5)),
        Field("price", decimal(10, 2), "of all of it", _AMOUNT),
        Field("items", INT, "how many", Fake("random_int", (("min", 1), ("max", 9)))),
        Field("customer", STRING, "who", Fake("name"), personal=True),
    ),
    event_id="id",
    event_time="placed_at",
    group_by=("shop",),
    window=Window(timedelta(hours=1), slide=timedelta(minutes=15)),
    measures=(Count(), Sum("price"), Min("price"), Max("items"), Mean("price")),
)
"""

COMPARE = """\
import sys
from pathlib import Path

from lakehouse.datasets import get_dataset
from local.questions import Questions
from local.truth import answered, expected, first_difference, read_events

dataset = get_dataset("orders")
truth = expected(dataset, read_events(dataset, Path(sys.argv[1])).values())
rows = Questions("lakehouse", "lakehouse").ask("SELECT * FROM orders")
print(first_difference(dataset, truth, answered(dataset, rows)) or f"exact: {len(truth)} rows")
"""

IGNORED = shutil.ignore_patterns(
    ".*", "__pycache__", "cdk.out", "node_modules", "tests", "*.egg-info"
)


@pytest.fixture
def project(tmp_path):
    """A copy of the project with the dataset `orders`."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT, folder, ignore=IGNORED)
    (folder / "lakehouse/datasets/orders.py").write_text(ORDERS)
    registry = folder / "lakehouse/datasets/__init__.py"
    text = registry.read_text().replace("    CUSTOMERS,\n)", "    CUSTOMERS,\n    ORDERS,\n)")
    registry.write_text(
        text.replace(
            "from lakehouse.datasets.turn",
            "from lakehouse.datasets.orders import ORDERS\nfrom lakehouse.datasets.turn",
        )
    )
    (folder / "compare.py").write_text(COMPARE)
    return folder


class Shell:
    """Commands in the copy, as its user types them."""

    def __init__(self, project: Path) -> None:
        self.project = project
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LAKEHOUSE_"))}
        self.environment = clean | {"LAKEHOUSE_FIREHOSE_SECONDS": "2", "PYTHONPATH": str(project)}

    def start(self, *command):
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=self.project,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *command):
        process = self.start(*command)
        out, error = process.communicate()
        assert process.returncode == 0, error
        return out

    def lakehouse(self, *words):
        return self.run("-m", "local.cli", *words)

    def query(self, sql):
        rows = self.lakehouse("query", sql, "--format", "json")
        return [json.loads(row) for row in rows.splitlines()]


@pytest.fixture
def shell(project):
    shell = Shell(project)
    shell.lakehouse("up")
    variables = shell.lakehouse("env").replace("export ", "").splitlines()
    shell.environment |= dict(line.split("=", 1) for line in variables if "=" in line)
    yield shell
    shell.lakehouse("reset")


def test_a_fourth_dataset_is_exact_through_a_restart_of_the_region(shell, project):
    truth = project / "truth.jsonl"
    producer = shell.start(
        *("-m", "local.cli", "produce", "orders", "--rate", "100/s", "--amount", "1200"),
        *("--duplicates", "0.2", "--late", "0.2:1d", "--malformed", "0.05"),
        *("--ground-truth", str(truth)),
    )
    wait_for(lambda: truth.exists() and truth.stat().st_size, "the first acknowledgement")
    time.sleep(1)  # the producer is in the middle of its work
    shell.lakehouse("down")
    shell.lakehouse("up")
    _, log = producer.communicate()
    assert producer.returncode == 0, log
    sent = len(truth.read_text().splitlines())
    assert sent > 1000

    def counted():
        sql = "SELECT count(*) AS events FROM orders_live_events"
        return shell.query(sql)[0]["events"] >= sent

    wait_for(counted, f"{sent} orders in the answer")
    assert shell.run("compare.py", str(truth)).startswith("exact: ")
    shell.lakehouse("batch", "orders")
    assert shell.run("compare.py", str(truth)).startswith("exact: ")
    [provenance] = shell.query("SELECT run, batch_events, speed_events FROM orders_provenance")
    assert provenance["run"] == 1
    assert provenance["batch_events"] + provenance["speed_events"] == sent
