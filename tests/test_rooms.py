"""The rooms import one way, and the heart knows no AWS client."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "lakehouse": {"lakehouse", "athena_queries"},
    "producer": {"producer", "lakehouse"},
    "lambdas": {"lambdas", "lakehouse"},
    "glue_jobs": {"glue_jobs", "lakehouse"},
    "athena_queries": set(),
    "stacks": {"stacks", "lakehouse", "producer", "lambdas", "glue_jobs", "athena_queries"},
    "local": {"local", "lakehouse", "producer", "lambdas", "glue_jobs", "athena_queries"},
}
ROOMS = {*MAY_IMPORT, "tests"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


def sources(room):
    found = sorted((ROOT / room).rglob("*.py"))
    assert found, f"{room} has no source files"
    return found


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_only_what_lies_below_it(room):
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name in imported(path)
        if name.split(".")[0] in ROOMS - MAY_IMPORT[room]
    }
    assert wrong == set()


def test_the_heart_knows_no_aws_client():
    clients = {"boto3", "botocore", "awswrangler", "s3fs", "aws_lambda_powertools"}
    used = {name.split(".")[0] for path in sources("lakehouse") for name in imported(path)}
    assert used & clients == set()
    assert {"msgspec", "pyarrow"} <= used  # what it does use, so that this test sees imports


def test_the_transform_needs_no_pyarrow():
    """Its cold start is short and its package small: Arrow is imported where rows are built."""
    for path in sources("lakehouse"):
        tree = ast.parse(path.read_text("utf-8"))
        top = {
            name
            for node in tree.body
            if isinstance(node, ast.Import)
            for name in (alias.name for alias in node.names)
        }
        assert "pyarrow" not in top, path
