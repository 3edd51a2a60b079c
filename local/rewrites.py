"""What of the synthesized template is changed before MiniStack gets it, and why.

Everything else deploys as it is. A rewrite takes a resource's properties and gives the ones to use
instead; whole resources are left out by type. Both tables are the complete list.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.workers.delivery_streams import SOURCE_TAG

Template = dict[str, Any]
Properties = dict[str, Any]

# An unknown type makes MiniStack reject the whole template.
LEFT_OUT: Mapping[str, str] = {
    "AWS::Athena::NamedQuery": "not known to MiniStack; made through the Athena API instead",
    "AWS::Lambda::LayerVersion": "built for Lambda's Linux; λs run in this Python, which has it",
}


@dataclass(frozen=True)
class Rewrite:
    """A change of every resource of a type, and its reason."""

    type: str
    reason: str
    apply: Callable[[Properties], Properties]


def without_layers(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name != "Layers"}


def disabled(properties: Properties) -> Properties:
    return properties | {"Enabled": False}


def direct_put(properties: Properties) -> Properties:
    """The stream with the source only named, by a tag."""
    if "KinesisStreamSourceConfiguration" not in properties:
        return properties
    kept = {k: v for k, v in properties.items() if k != "KinesisStreamSourceConfiguration"}
    arn = properties["KinesisStreamSourceConfiguration"]["KinesisStreamARN"]
    source = {"Fn::Select": [1, {"Fn::Split": ["/", arn]}]}
    tags = [*properties.get("Tags", ()), {"Key": SOURCE_TAG, "Value": source}]
    return kept | {"DeliveryStreamType": "DirectPut", "Tags": tags}


def answered_soon(properties: Properties) -> Properties:
    return properties | {"ServiceTimeout": 60}


def years_in_days(properties: Properties) -> Properties:
    """The same years, with their steps and their end counted in days."""
    table = properties["TableInput"]
    parameters = table.get("Parameters", {})
    if parameters.get("projection.year.interval.unit") != "YEARS":
        return properties
    first, _ = parameters["projection.year.range"].split(",")
    in_days = {
        "projection.year.range": f"{first},NOW+366DAYS",
        # From the first of January on, by a day later every year: none is skipped for centuries.
        "projection.year.interval": "366",
        "projection.year.interval.unit": "DAYS",
    }
    return properties | {"TableInput": table | {"Parameters": parameters | in_days}}


REWRITES: tuple[Rewrite, ...] = (
    Rewrite(
        "AWS::Lambda::Function",
        "the layers are left out, and those of other accounts cannot be fetched",
        without_layers,
    ),
    Rewrite(
        "AWS::Lambda::EventSourceMapping",
        "MiniStack ignores windows, bisecting, retries and failure destinations; "
        "the worker that delivers instead reads its settings from the mapping",
        disabled,
    ),
    Rewrite(
        "AWS::KinesisFirehose::DeliveryStream",
        "MiniStack writes one object per record of a source; a worker delivers instead",
        direct_put,
    ),
    Rewrite(
        "AWS::Glue::Table",
        "Trino, which may answer here, knows no projection that counts in years",
        years_in_days,
    ),
    Rewrite(
        "AWS::CloudFormation::CustomResource",
        "MiniStack waits in silence for a function that died",
        answered_soon,
    ),
)


def localized(template: Template) -> Template:
    """The template to deploy on a laptop. The one that is given is not changed."""
    result = copy.deepcopy(template)
    left_out = {id for id, each in template["Resources"].items() if each["Type"] in LEFT_OUT}
    result["Resources"] = {
        id: _without_dependencies(_rewritten(each), left_out)
        for id, each in result["Resources"].items()
        if id not in left_out
    }
    return result


def resources(template: Template, type: str) -> list[Properties]:
    """The properties of every resource of a type, in the template's order."""
    found = template["Resources"].values()
    return [each.get("Properties", {}) for each in found if each["Type"] == type]


def _rewritten(resource: dict[str, Any]) -> dict[str, Any]:
    properties = resource.get("Properties", {})
    for rewrite in REWRITES:
        if rewrite.type == resource["Type"]:
            properties = rewrite.apply(properties)
    return resource | ({"Properties": properties} if properties else {})


def _without_dependencies(resource: dict[str, Any], left_out: set[str]) -> dict[str, Any]:
    named = resource.get("DependsOn", [])
    kept = [id for id in ([named] if isinstance(named, str) else named) if id not in left_out]
    others = {name: value for name, value in resource.items() if name != "DependsOn"}
    return others | ({"DependsOn": kept} if kept else {})
