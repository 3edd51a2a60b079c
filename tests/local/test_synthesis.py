import json

import pytest

from local import synthesis
from local.synthesis import Asset, SynthesisError, read_assembly, synthesize

ASSETS = {
    "files": {
        "1": {
            "source": {"path": "asset.1.zip", "packaging": "file"},
            "destinations": {"here": {"bucketName": "cdk-${AWS::Region}", "objectKey": "1.zip"}},
        },
        "2": {
            "source": {"path": "asset.2", "packaging": "zip"},
            "destinations": {"here": {"bucketName": "b", "objectKey": "2.zip"}},
        },
        "3": {
            "source": {"path": "lake.template.json", "packaging": "file"},
            "destinations": {"here": {"bucketName": "b", "objectKey": "3.json"}},
        },
    }
}
TEMPLATE = {"Resources": {"Lake": {"Type": "AWS::S3::Bucket"}}}


def write(folder, stacks):
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": "lake.template.json", "tags": {"lakehouse": name}},
        }
        for name in stacks
    }
    artifacts["lake.assets"] = {
        "type": "cdk:asset-manifest",
        "properties": {"file": "lake.assets.json"},
    }
    artifacts["Tree"] = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    (folder / "lake.assets.json").write_text(json.dumps(ASSETS))
    (folder / "lake.template.json").write_text(json.dumps(TEMPLATE))


def test_an_assembly_has_a_stack_and_assets_without_its_template(tmp_path):
    write(tmp_path, ["lake"])
    assembly = read_assembly(tmp_path)
    assert (assembly.stack, assembly.template) == ("lake", TEMPLATE)
    assert assembly.tags == {"lakehouse": "lake"}
    assert assembly.assets == (
        Asset(tmp_path / "asset.1.zip", is_folder=False, bucket="cdk-${AWS::Region}", key="1.zip"),
        Asset(tmp_path / "asset.2", is_folder=True, bucket="b", key="2.zip"),
    )


@pytest.mark.parametrize("stacks", [[], ["a", "b"]])
def test_an_app_has_one_stack(tmp_path, stacks):
    write(tmp_path, stacks)
    with pytest.raises(SynthesisError, match=f"the app has {len(stacks)} stacks"):
        read_assembly(tmp_path)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose app writes an assembly and counts how often it did."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "cdk.json").write_text('{"context": {"prefix": "lake"}}')
    (project / "app.py").write_text(
        "import json, os, pathlib\n"
        "runs = pathlib.Path('runs'); runs.write_text(runs.read_text() + '.')\n"
        "from tests.local.test_synthesis import write\n"
        "prefix = json.loads(os.environ['CDK_CONTEXT_JSON'])['prefix']\n"
        "write(pathlib.Path(os.environ['CDK_OUTDIR']), [prefix])\n"
    )
    (project / "runs").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(synthesis.ROOT))
    monkeypatch.setattr(synthesis, "ROOT", project)
    return project


def test_the_same_sources_are_synthesized_once(project, tmp_path):
    assert synthesize(tmp_path / "made").stack == "lake"
    assert synthesize(tmp_path / "made").stack == "lake"
    assert (project / "runs").read_text() == "."


def test_other_sources_are_synthesized_again(project, tmp_path):
    synthesize(tmp_path / "made")
    (project / "stacks").mkdir()
    (project / "stacks" / "speed.py").write_text("SHARDS = 2\n")
    synthesize(tmp_path / "made")
    assert (project / "runs").read_text() == ".."


def test_an_app_that_fails_is_told_by_its_last_line_and_not_kept(project, tmp_path):
    (project / "app.py").write_text("raise SystemExit('prefix: too long')\n")
    for _ in range(2):
        with pytest.raises(SynthesisError, match=r"^prefix: too long$"):
            synthesize(tmp_path / "made")
    assert list((tmp_path / "made").iterdir()) == []
