"""`lakehouse demo`, as `make demo` runs it, with fewer events."""

import subprocess
import sys

from local.home import ROOT


def test_the_demo_is_exact_and_says_so():
    done = subprocess.run(
        [sys.executable, "-m", "local.cli", "demo", "--amount", "200"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *_, comparisons, _, last = done.stdout.splitlines()
    assert "comparisons, no difference." in comparisons
    assert last.startswith("exact, in ")
