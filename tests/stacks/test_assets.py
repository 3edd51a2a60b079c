"""Assets: the same files make the same bytes, and only what runs on AWS is in them."""

import os
import re
import shutil
import zipfile
from dataclasses import replace

import pytest

from stacks import assets


@pytest.fixture
def project(tmp_path):
    """A small project: two rooms that ship, one that does not."""
    for name in ("lakehouse/views.py", "athena_queries/views/serving.sql", "local/cli.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"-- {name}")
    return tmp_path


def names(path):
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_the_code_is_python_and_sql_of_the_rooms_that_run_on_aws(tmp_path):
    shipped = names(assets.code_zip(build=tmp_path))
    assert {name.split("/")[0] for name in shipped} == set(assets.ROOMS)
    assert {name.rpartition(".")[2] for name in shipped} == {"py", "sql"}
    assert "lakehouse/datasets/turnstiles.py" in shipped
    assert "athena_queries/views/serving.sql" in shipped


def test_other_files_are_left_out(project):
    (project / "lakehouse" / "__pycache__").mkdir()
    (project / "lakehouse" / "__pycache__" / "views.pyc").write_bytes(b"x")
    (project / "lakehouse" / "notes.txt").write_text("x")
    found = [name for name, _ in assets.code_files(project)]
    assert sorted(found) == ["athena_queries/views/serving.sql", "lakehouse/views.py"]


def test_the_same_files_make_the_same_zip_in_any_folder_at_any_time(project, tmp_path_factory):
    other = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(project, other)
    os.utime(other / "lakehouse" / "views.py", (0, 0))
    first, second = (assets.code_zip(root, root / "build") for root in (project, other))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_another_file_makes_another_zip(project):
    before = assets.code_zip(project, project / "build")
    (project / "lakehouse" / "views.py").write_text("changed")
    assert assets.code_zip(project, project / "build").name != before.name


def test_a_zip_is_what_an_importer_can_read(project):
    path = assets.code_zip(project, project / "build")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read("lakehouse/views.py") == b"-- lakehouse/views.py"


def test_the_layer_is_msgspec_for_lambda(tmp_path):
    shipped = names(assets.layer_zip(build=tmp_path))
    assert "python/msgspec/__init__.py" in shipped
    assert "python/msgspec/_core.cpython-313-aarch64-linux-gnu.so" in shipped


def test_the_jobs_libraries_are_msgspec_for_glue(tmp_path):
    shipped = names(assets.job_zip(build=tmp_path))
    assert "msgspec/__init__.py" in shipped
    assert "msgspec/_core.cpython-311-x86_64-linux-gnu.so" in shipped


def test_wheels_that_are_not_there_say_what_to_run(tmp_path):
    missing = replace(assets.LAYER, folder=tmp_path / "layer-wheels")
    with pytest.raises(assets.MissingWheelsError) as caught:
        list(missing.files())
    assert re.fullmatch(
        r"msgspec==[\d.]+ is not in layer-wheels: run: make setup", str(caught.value)
    )


@pytest.mark.parametrize("wheels", [assets.LAYER, assets.JOB], ids=lambda one: one.folder.name)
def test_wheels_have_the_versions_of_the_constraints(wheels):
    constraints = (assets.ROOT / "constraints.txt").read_text().splitlines()
    pinned = wheels.pinned()
    assert pinned == [line for line in pinned if line in constraints]
    assert len(pinned) == wheels.requirements.read_text().count("--hash=sha256:") > 0
