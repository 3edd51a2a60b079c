"""The synthesized template: the same everywhere, clean to cfn-lint, mistakes in one line."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cfnlint.api import lint_file

from stacks import assets
from stacks.lakehouse_stack import LakehouseStack
from stacks.synthesis import synthesized_app
from tests.stacks.conftest import synthesize_once

# What CDK's own constructs cause, and why it is harmless.
ACCEPTED = {
    "W3005": "a Lambda function depends on its role, which it also names",
    "W7001": "Firehose's construct adds a mapping of addresses that only its connections use",
}


def run_app(folder, context, out):
    """Run the app as the CDK command line does."""
    environment = {
        **os.environ,
        "CDK_CONTEXT_JSON": json.dumps(context),
        "CDK_OUTDIR": str(out),
    }
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied_project(tmp_path):
    """The project in another folder, with other modification times."""
    project = tmp_path / "elsewhere"
    project.mkdir()
    for room in (*assets.ROOMS, "stacks", "build/layer-wheels", "build/job-wheels"):
        ignored = shutil.ignore_patterns("__pycache__", "code-*", "*.zip")
        shutil.copytree(
            assets.ROOT / room, project / room, ignore=ignored, copy_function=shutil.copy
        )
    for name in ("app.py", "cdk.json", "constraints.txt"):
        shutil.copy(assets.ROOT / name, project / name)
    return project


def test_the_template_is_the_same_in_another_folder(copied_project, synthesize, tmp_path):
    context = json.loads((copied_project / "cdk.json").read_text())["context"]
    ran = run_app(copied_project, context, tmp_path / "out")
    assert (ran.returncode, ran.stderr) == (0, "")
    there = (tmp_path / "out" / "lakehouse.template.json").read_text()
    assert there == synthesize().read_text()


def test_synthesizing_again_changes_nothing(synthesize, tmp_path):
    again = synthesize_once({"datasets": "turnstiles", "scan_cap_gb": "7"}, tmp_path)
    assert again.read_text() == synthesize(datasets="turnstiles", scan_cap_gb="7").read_text()


def test_cfn_lint_finds_nothing_but_what_cdk_causes(synthesize):
    found = lint_file(Path(synthesize()))
    unexpected = [str(match) for match in found if match.rule.id not in ACCEPTED]
    assert unexpected == []
    assert {match.rule.id for match in found} == set(ACCEPTED)


def ended_with(capsys, context):
    """The exit status and stderr of an app with these settings."""
    with pytest.raises(SystemExit) as ended, synthesized_app(context) as (app, config):
        LakehouseStack(app, config)
    told = capsys.readouterr()
    assert told.out == ""
    return ended.value.code, told.err


def test_a_wrong_setting_ends_the_app_with_one_line(capsys):
    assert ended_with(capsys, {"prefix": "No!"}) == (
        2,
        "prefix: 'No!' cannot name resources: use at most 20 lower-case letters and digits, "
        "starting with a letter\n",
    )


def test_wheels_that_were_not_downloaded_end_the_app_with_one_line(capsys, monkeypatch):
    monkeypatch.setattr(assets, "LAYER", replace(assets.LAYER, python="3.99"))
    version = next(
        line
        for line in (assets.ROOT / "constraints.txt").read_text().split()
        if line.startswith("msgspec==")
    )
    assert ended_with(capsys, {}) == (
        2,
        f"{version} is not in layer-wheels: run: make setup\n",
    )
