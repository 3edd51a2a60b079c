"""Templates, synthesized once per set of settings: a synthesis takes seconds."""

import json

import pytest

from stacks import assets
from stacks.config import read_config
from stacks.lakehouse_stack import LakehouseStack
from stacks.synthesis import App

CDK_CONTEXT = json.loads((assets.ROOT / "cdk.json").read_text())["context"]


def synthesize_once(settings, folder):
    """The file of the template that `settings` make, below `folder`."""
    context = {**CDK_CONTEXT, **settings}
    app = App(context=context, outdir=str(folder), analytics_reporting=False)
    stack = LakehouseStack(app, read_config(app.node.get_all_context()))
    app.synth()
    return folder / f"{stack.stack_name}.template.json"


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory):
    """A function from settings to the file of the template that they make."""
    made = {}

    def synthesize(**settings):
        key = tuple(sorted(settings.items()))
        if key not in made:
            made[key] = synthesize_once(settings, tmp_path_factory.mktemp("cdk"))
        return made[key]

    return synthesize


@pytest.fixture(scope="session")
def template_of(synthesize):
    """A function from settings to the template that they make."""
    return lambda **settings: json.loads(synthesize(**settings).read_text())


@pytest.fixture(scope="session")
def template(template_of):
    """The template of a deployment without settings."""
    return template_of()


@pytest.fixture(scope="session")
def find(template):
    """A function to the properties of the resources of a type, by logical id."""

    def find(kind, owner=""):
        return {
            id: resource.get("Properties", {})
            for id, resource in template["Resources"].items()
            if resource["Type"] == kind and id.startswith(owner)
        }

    return find


@pytest.fixture(scope="session")
def find_one(find):
    """As `find`, for the only resource that fits."""

    def find_one(kind, owner=""):
        [found] = find(kind, owner).values()
        return found

    return find_one
