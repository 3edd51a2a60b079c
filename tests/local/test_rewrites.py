import copy
from datetime import datetime

import pytest

from local.athena.projection import projected
from local.athena.types import VARCHAR
from local.rewrites import LEFT_OUT, REWRITES, localized, resources

FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Handler": "lambdas.speed_view.handler", "Layers": [{"Ref": "Own"}]},
    "DependsOn": ["Role"],
}
MAPPING = {
    "Type": "AWS::Lambda::EventSourceMapping",
    "Properties": {"BatchSize": 10000, "BisectBatchOnFunctionError": True},
}
DELIVERY = {
    "Type": "AWS::KinesisFirehose::DeliveryStream",
    "Properties": {
        "DeliveryStreamType": "KinesisStreamAsSource",
        "KinesisStreamSourceConfiguration": {
            "KinesisStreamARN": {"Fn::GetAtt": ["Stream", "Arn"]},
            "RoleARN": "arn:aws:iam::1:role/r",
        },
        "ExtendedS3DestinationConfiguration": {"Prefix": "raw/turnstiles/"},
        "Tags": [{"Key": "lakehouse", "Value": "lakehouse"}],
    },
}
VIEWS = {
    "Type": "AWS::CloudFormation::CustomResource",
    "Properties": {"ServiceToken": "arn", "ServiceTimeout": 600},
}
BUCKET = {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}
LAYER = {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {}}}
NAMED_QUERY = {"Type": "AWS::Athena::NamedQuery", "Properties": {"Name": "busiest"}}


def deployed(resource, **others):
    template = {"Resources": {"It": resource, **others}}
    return localized(template)["Resources"].get("It")


@pytest.mark.parametrize("resource", [LAYER, NAMED_QUERY])
def test_layers_and_named_queries_are_left_out(resource):
    assert deployed(resource) is None


def test_a_function_has_no_layers_and_keeps_the_rest():
    assert deployed(FUNCTION) == {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Handler": "lambdas.speed_view.handler"},
        "DependsOn": ["Role"],
    }


def test_an_event_source_mapping_is_disabled_and_keeps_its_settings():
    assert deployed(MAPPING)["Properties"] == {
        "BatchSize": 10000,
        "BisectBatchOnFunctionError": True,
        "Enabled": False,
    }


def test_a_delivery_streams_source_is_only_named_by_a_tag():
    assert deployed(DELIVERY)["Properties"] == {
        "DeliveryStreamType": "DirectPut",
        "ExtendedS3DestinationConfiguration": {"Prefix": "raw/turnstiles/"},
        "Tags": [
            {"Key": "lakehouse", "Value": "lakehouse"},
            {
                "Key": "lakehouse:source-stream",
                "Value": {
                    "Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": ["Stream", "Arn"]}]}]
                },
            },
        ],
    }


def test_a_delivery_stream_without_a_source_stays_as_it_is():
    direct = {
        "Type": "AWS::KinesisFirehose::DeliveryStream",
        "Properties": {"DeliveryStreamType": "DirectPut"},
    }
    assert deployed(direct) == direct


def test_a_custom_resource_is_given_up_after_a_minute():
    assert deployed(VIEWS)["Properties"] == {"ServiceToken": "arn", "ServiceTimeout": 60}


def test_any_other_resource_stays_as_it_is():
    assert deployed(BUCKET) == BUCKET


@pytest.mark.parametrize(
    ("named", "left"),
    [(["Query", "Role"], ["Role"]), (["Query"], None), ("Query", None), ("Role", ["Role"])],
)
def test_nothing_depends_on_what_is_left_out(named, left):
    bucket = {"Type": "AWS::S3::Bucket", "DependsOn": named}
    assert deployed(bucket, Query=NAMED_QUERY).get("DependsOn") == left


def test_the_given_template_is_not_changed():
    template = {"Resources": {"A": copy.deepcopy(DELIVERY), "B": copy.deepcopy(FUNCTION)}}
    localized(template)
    assert template == {"Resources": {"A": DELIVERY, "B": FUNCTION}}


def test_what_is_beside_the_resources_stays_as_it_is():
    template = {"Resources": {}, "Outputs": {"LakeBucket": {"Value": "b"}}, "Mappings": {"M": {}}}
    assert localized(template) == template


def test_every_change_has_a_reason():
    assert all(rewrite.reason for rewrite in REWRITES)
    assert all(LEFT_OUT.values())


def test_the_properties_of_a_type_are_found_in_the_templates_order():
    template = {"Resources": {"A": NAMED_QUERY, "B": BUCKET}}
    assert resources(template, "AWS::Athena::NamedQuery") == [{"Name": "busiest"}]
    assert resources(template, "AWS::S3::Bucket") == [{}]


def years(range_, interval, unit):
    """The Parameters of a table whose partitions are years."""
    values = {"type": "date", "format": "yyyy", "range": range_, "interval": interval}
    parameters = {f"projection.year.{name}": value for name, value in values.items()}
    return {**parameters, "projection.year.interval.unit": unit, "projection.enabled": "true"}


@pytest.mark.parametrize("first", [2023, 2024, 2026])
def test_years_that_are_counted_in_days_are_the_same_years(first):
    table = {
        "TableInput": {"Name": "raw", "Parameters": years(f"{first},NOW+1YEARS", "1", "YEARS")}
    }
    resource = {"Type": "AWS::Glue::Table", "Properties": table}
    here = deployed(resource)["Properties"]["TableInput"]["Parameters"]
    assert here == years(f"{first},NOW+366DAYS", "366", "DAYS")
    for year in range(first, first + 40):
        for day in ("01-01", "02-28", "12-31"):
            now = datetime.fromisoformat(f"{year}-{day}T12:00:00+00:00")
            found = projected(here, {"year": VARCHAR}, now=now, table="raw")["year"]
            assert [found.contains(str(y)) for y in range(first - 1, year + 1)] == [
                y >= first for y in range(first - 1, year + 1)
            ]


def test_another_table_stays_as_it_is():
    table = {"Type": "AWS::Glue::Table", "Properties": {"TableInput": {"Name": "runs"}}}
    assert deployed(copy.deepcopy(table)) == table
