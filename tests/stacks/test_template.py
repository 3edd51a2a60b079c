"""What is deployed: names, settings of the services, and what must never be in a template."""

import json

import pytest

from lakehouse import layout
from lakehouse.boundary import first_boundary
from lakehouse.datasets import DATASETS
from lakehouse.layout import view_names
from lakehouse.views import render_views

NAMES = [dataset.name for dataset in DATASETS]


def parameters_of(table):
    return table["TableInput"]["Parameters"]


def columns_of(entries):
    return [(entry["Name"], entry["Type"]) for entry in entries]


@pytest.fixture(scope="module")
def tables(find):
    return {table["TableInput"]["Name"]: table for table in find("AWS::Glue::Table").values()}


# --- Names


def test_streams_functions_and_jobs_have_the_names_that_users_rely_on(find):
    def named(kind, key):
        return {found[key] for found in find(kind).values()}

    assert named("AWS::Kinesis::Stream", "Name") == {f"lakehouse-{name}" for name in NAMES}
    assert named("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName") == {
        f"lakehouse-{name}" for name in NAMES
    }
    assert named("AWS::Glue::Job", "Name") == {f"lakehouse-{name}-batch" for name in NAMES}
    assert named("AWS::Lambda::Function", "FunctionName") == {
        "lakehouse-publish-views",
        *(f"lakehouse-{name}-{role}" for name in NAMES for role in ("speed", "transform")),
    }
    assert named("AWS::Athena::WorkGroup", "Name") == {"lakehouse"}


# Where a resource's physical name is; "" where CloudFormation makes one from the stack's name.
PHYSICAL_NAMES = {
    "AWS::Athena::NamedQuery": "",
    "AWS::Athena::WorkGroup": "Name",
    "AWS::CloudFormation::CustomResource": "",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::Events::Rule": "",
    "AWS::Glue::Database": "DatabaseInput",
    "AWS::Glue::Job": "Name",
    "AWS::Glue::Table": "",  # within its database
    "AWS::Glue::Trigger": "Name",
    "AWS::IAM::Role": "",
    "AWS::Kinesis::Stream": "Name",
    "AWS::KinesisFirehose::DeliveryStream": "DeliveryStreamName",
    "AWS::Lambda::EventSourceMapping": "",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::LogStream": "",  # within its log group
    "AWS::S3::Bucket": "BucketName",
    "AWS::S3::BucketPolicy": "",
}


def test_two_prefixes_share_no_name(template_of):
    def names_in(template):
        return {
            (resource["Type"], json.dumps(resource["Properties"][PHYSICAL_NAMES[resource["Type"]]]))
            for resource in template["Resources"].values()
            if PHYSICAL_NAMES[resource["Type"]]
        }

    one, two = names_in(template_of()), names_in(template_of(prefix="staging"))
    assert len(one) == len(two) > 40
    assert one & two == set()


def test_no_other_resource_has_a_name_of_its_own(template):
    for resource in template["Resources"].values():
        if resource["Type"] in ("AWS::IAM::Role", "AWS::Events::Rule", "AWS::Lambda::LayerVersion"):
            assert not {"RoleName", "Name", "LayerName"} & set(resource["Properties"])


def test_outputs_tell_names_and_what_to_type_next(template_of):
    outputs = template_of(datasets="turnstiles")["Outputs"]
    assert set(outputs) == {
        *("LakeBucket", "ErrorsBucket", "FailuresBucket", "ResultsBucket", "Database", "WorkGroup"),
        *("TurnstilesStream", "TurnstilesBatchJob"),
        *("TurnstilesFeed", "TurnstilesRunBatch", "TurnstilesQuery"),
    }
    assert outputs["TurnstilesStream"]["Value"] == "lakehouse-turnstiles"
    assert outputs["TurnstilesBatchJob"]["Value"] == "lakehouse-turnstiles-batch"
    assert outputs["TurnstilesFeed"]["Value"] == (
        "python -m producer turnstiles --prefix lakehouse --amount 10000"
    )
    assert outputs["TurnstilesRunBatch"]["Value"] == (
        "aws glue start-job-run --job-name lakehouse-turnstiles-batch"
    )
    assert outputs["TurnstilesQuery"]["Value"] == (
        "aws athena start-query-execution --work-group lakehouse --query-execution-context "
        "Database=lakehouse --query-string 'SELECT * FROM turnstiles LIMIT 10'"
    )


def test_one_dataset_can_be_deployed_alone(template_of):
    text = json.dumps(template_of(datasets="tweets"))
    assert "lakehouse-tweets" in text
    assert "turnstiles" not in text
    assert "customers" not in text


# --- Storage and catalog


def test_no_rule_expires_what_a_view_reads(find_one):
    [rule] = find_one("AWS::S3::Bucket", "StorageLake")["LifecycleConfiguration"]["Rules"]
    assert rule == {
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        "Status": "Enabled",
    }


def test_a_bucket_is_named_by_prefix_account_and_region(find_one):
    name = find_one("AWS::S3::Bucket", "StorageLake")["BucketName"]
    region, account = {"Ref": "AWS::Region"}, {"Ref": "AWS::AccountId"}
    assert name == {"Fn::Join": ["", ["lakehouse-lake-", account, "-", region]]}


@pytest.mark.parametrize("bucket", ["StorageLake", "StorageFailures", "StorageResults"])
def test_a_bucket_is_private(find_one, bucket):
    found = find_one("AWS::S3::Bucket", bucket)
    assert set(found["PublicAccessBlockConfiguration"].values()) == {True}
    assert "BucketEncryption" in found


@pytest.mark.parametrize(("retain", "policy"), [("true", "Retain"), ("false", "Delete")])
def test_data_is_kept_as_the_settings_say(template_of, retain, policy):
    kinds = ("AWS::S3::Bucket", "AWS::Glue::Database", "AWS::Glue::Table")
    policies = {
        (resource["Type"], resource["DeletionPolicy"], resource["UpdateReplacePolicy"])
        for resource in template_of(retain=retain)["Resources"].values()
        if resource["Type"] in kinds
    }
    assert policies == {(kind, policy, policy) for kind in kinds}


def test_only_tables_over_parquet_and_json_are_cloudformations(tables):
    assert set(tables) == {
        table(name)
        for name in NAMES
        for table in (layout.raw_table, layout.speed_table, layout.quarantine_table)
    }
    assert {table["TableInput"]["TableType"] for table in tables.values()} == {"EXTERNAL_TABLE"}


@pytest.mark.parametrize("dataset", DATASETS, ids=NAMES)
def test_tables_have_the_columns_of_the_dataset(tables, dataset):
    def columns(name):
        return columns_of(tables[name]["TableInput"]["StorageDescriptor"]["Columns"])

    def wanted(pairs):
        return [(name, type_.glue) for name, type_ in pairs]

    assert columns(layout.raw_table(dataset.name)) == wanted(layout.raw_columns(dataset))
    assert columns(layout.speed_table(dataset.name)) == wanted(layout.speed_columns(dataset))
    assert columns(layout.quarantine_table(dataset.name)) == wanted(layout.QUARANTINE_COLUMNS)


def test_speed_rows_are_projected_by_write_epoch_from_a_five_minute_mark(template_of):
    template = template_of(datasets="turnstiles", since="2026-11-20T10:05")
    [table] = [
        resource["Properties"]["TableInput"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Glue::Table"
        and resource["Properties"]["TableInput"]["Name"] == "turnstiles_speed_rows"
    ]
    assert columns_of(table["PartitionKeys"]) == [("epoch", "string")]
    assert table["Parameters"] == {
        "classification": "parquet",
        "projection.enabled": "true",
        "projection.epoch.type": "date",
        "projection.epoch.format": "yyyyMMddHHmm",
        "projection.epoch.range": "202611201005,NOW+1HOURS",
        "projection.epoch.interval": "5",
        "projection.epoch.interval.unit": "MINUTES",
    }


def test_raw_is_projected_by_arrival_hour(tables):
    table = tables["turnstiles_raw"]
    keys = ("year", "month", "day", "hour")
    assert columns_of(table["TableInput"]["PartitionKeys"]) == [(key, "string") for key in keys]
    assert parameters_of(table) == {
        "classification": "parquet",
        "projection.enabled": "true",
        "projection.year.type": "date",
        "projection.year.format": "yyyy",
        "projection.year.range": "2026,NOW+1YEARS",
        "projection.year.interval": "1",
        "projection.year.interval.unit": "YEARS",
        "projection.month.type": "integer",
        "projection.month.range": "1,12",
        "projection.month.digits": "2",
        "projection.day.type": "integer",
        "projection.day.range": "1,31",
        "projection.day.digits": "2",
        "projection.hour.type": "integer",
        "projection.hour.range": "0,23",
        "projection.hour.digits": "2",
    }


def test_the_quarantine_is_json_by_arrival_day(tables):
    table = tables["turnstiles_quarantine"]
    serde = table["TableInput"]["StorageDescriptor"]["SerdeInfo"]
    assert serde == {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
    assert columns_of(table["TableInput"]["PartitionKeys"]) == [("day", "string")]
    assert parameters_of(table)["projection.day.range"] == "2026-01-01,NOW+1DAYS"


# --- The speed path


def test_a_stream_keeps_records_for_seven_days(find_one):
    stream = find_one("AWS::Kinesis::Stream", "turnstiles")
    assert stream["RetentionPeriodHours"] == 168
    assert (stream["ShardCount"], stream["StreamModeDetails"]) == (1, {"StreamMode": "PROVISIONED"})


def test_a_stream_on_demand_names_no_shards(template_of):
    template = template_of(datasets="turnstiles", capacity="on-demand", retention_hours="24")
    [stream] = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Kinesis::Stream"
    ]
    assert "ShardCount" not in stream
    assert stream["StreamModeDetails"] == {"StreamMode": "ON_DEMAND"}
    assert stream["RetentionPeriodHours"] == 24


def test_the_speed_function_tries_again_until_a_record_leaves_the_stream(find_one):
    source = find_one("AWS::Lambda::EventSourceMapping", "turnstilesSpeed")
    assert source["MaximumRetryAttempts"] == -1
    assert "MaximumRecordAgeInSeconds" not in source
    assert source["BisectBatchOnFunctionError"] is True
    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert (source["BatchSize"], source["MaximumBatchingWindowInSeconds"]) == (10_000, 1)
    assert source["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0].startswith(
        "StorageFailures"
    )


def test_functions_are_told_their_dataset_and_where_the_lake_is(find):
    functions = {
        function["FunctionName"]: (function["Handler"], set(function["Environment"]["Variables"]))
        for function in find("AWS::Lambda::Function").values()
    }
    assert functions["lakehouse-tweets-speed"] == (
        "lambdas.speed_view.handler",
        {"DATASET", "LAKE_BUCKET", "POWERTOOLS_METRICS_NAMESPACE"},
    )
    assert functions["lakehouse-tweets-transform"] == (
        "lambdas.firehose_transform.handler",
        {"DATASET", "POWERTOOLS_METRICS_NAMESPACE"},
    )
    assert functions["lakehouse-publish-views"] == (
        "lambdas.publish_views.handler",
        {"DATABASE", "LAKE_BUCKET"},
    )


def test_all_functions_and_jobs_run_the_same_code(find):
    zips = {function["Code"]["S3Key"] for function in find("AWS::Lambda::Function").values()}
    [key] = zips
    for job in find("AWS::Glue::Job").values():
        files = "".join(map(str, job["DefaultArguments"]["--extra-py-files"]["Fn::Join"][1]))
        code, libraries = files.split(",s3://")
        assert code.endswith(f"/{key}")
        assert libraries.endswith(".zip")


def test_every_log_group_forgets(find):
    groups = find("AWS::Logs::LogGroup")
    assert len(groups) == 1 + 3 * len(DATASETS)
    assert {group["RetentionInDays"] for group in groups.values()} == {30}


# --- The batch path


@pytest.fixture(scope="module")
def destination(find_one):
    firehose = find_one("AWS::KinesisFirehose::DeliveryStream", "turnstiles")
    return firehose["ExtendedS3DestinationConfiguration"]


HOURS = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"


def test_firehose_writes_raw_by_arrival_hour_and_errors_by_type(destination):
    assert destination["Prefix"] == f"raw/turnstiles/{HOURS}"
    assert destination["ErrorOutputPrefix"] == (
        f"errors/turnstiles/!{{firehose:error-output-type}}/{HOURS}"
    )


def test_firehose_converts_to_parquet_by_the_raw_table(destination):
    conversion = destination["DataFormatConversionConfiguration"]
    assert conversion["Enabled"] is True
    assert conversion["InputFormatConfiguration"] == {"Deserializer": {"OpenXJsonSerDe": {}}}
    assert conversion["OutputFormatConfiguration"] == {"Serializer": {"ParquetSerDe": {}}}
    table = conversion["SchemaConfiguration"]["TableName"]["Ref"]
    assert table.startswith("turnstilestablesRawTable")
    assert "CompressionFormat" not in destination
    assert destination["BufferingHints"] == {"IntervalInSeconds": 300, "SizeInMBs": 128}


def test_firehose_hands_records_to_the_transform(destination):
    [processor] = destination["ProcessingConfiguration"]["Processors"]
    given = {each["ParameterName"]: each["ParameterValue"] for each in processor["Parameters"]}
    assert processor["Type"] == "Lambda"
    assert given["LambdaArn"]["Fn::GetAtt"][0].startswith("turnstilesDeliveryTransformFunction")
    assert given["BufferSizeInMBs"] == "0.75"
    assert (given["BufferIntervalInSeconds"], given["NumberOfRetries"]) == ("60", "3")


def test_the_job_is_told_what_a_run_needs(find_one):
    job = find_one("AWS::Glue::Job", "turnstiles")
    given = job["DefaultArguments"]
    assert (job["GlueVersion"], job["WorkerType"], job["NumberOfWorkers"]) == ("5.1", "G.1X", 2)
    assert (given["--dataset"], given["--retention-hours"]) == ("turnstiles", "168")
    assert {"--compact", "--expire"} <= given.keys()
    assert (given["--keep"], given["--longest-query"]) == ("7d", "1h")
    assert given["--lake-bucket"] == given["--errors-bucket"]
    assert job["MaxRetries"] == 0
    script = job["Command"]["ScriptLocation"]["Fn::Join"][1][-1]
    assert script.endswith(".py")


def test_the_job_is_told_how_far_a_rollback_reaches_and_how_long_queries_last(template_of):
    given = _arguments_of_a_job(
        template_of(datasets="turnstiles", keep="30d", longest_query="150m")
    )
    assert (given["--keep"], given["--longest-query"]) == ("30d", "150m")


def _arguments_of_a_job(template):
    [given] = [
        resource["Properties"]["DefaultArguments"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Glue::Job"
    ]
    return given


def test_a_job_on_spark_is_told_where_iceberg_is_and_installs_nothing(template_of):
    given = _arguments_of_a_job(template_of(datasets="turnstiles"))
    assert (given["--engine"], given["--datalake-formats"]) == ("spark", "iceberg")
    conf = "".join(map(str, given["--conf"]["Fn::Join"][1])).split(" --conf ")
    assert "spark.sql.catalog.glue_catalog.cache-enabled=false" in conf
    assert all("=" in setting for setting in conf)
    assert "--additional-python-modules" not in given


def test_a_job_on_duckdb_installs_its_modules(template_of):
    given = _arguments_of_a_job(template_of(datasets="turnstiles", engine="duckdb"))
    assert given["--engine"] == "duckdb"
    assert "duckdb==" in given["--additional-python-modules"]
    assert "--conf" not in given


def test_a_trigger_starts_the_job_on_schedule(template_of):
    template = template_of(datasets="turnstiles", schedule="rate(15 minutes)")
    [trigger] = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Glue::Trigger"
    ]
    assert (trigger["Type"], trigger["Schedule"]) == ("SCHEDULED", "cron(0/15 * * * ? *)")
    assert trigger["StartOnCreation"] is True
    assert len(trigger["Actions"]) == 1


# --- Serving


def test_the_workgroup_stops_queries_that_scan_too_much(template_of):
    template = template_of(datasets="turnstiles", scan_cap_gb="7")
    [group] = [
        resource["Properties"]["WorkGroupConfiguration"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Athena::WorkGroup"
    ]
    assert group["BytesScannedCutoffPerQuery"] == 7_000_000_000
    assert group["EnforceWorkGroupConfiguration"] is True
    assert group["EngineVersion"] == {"SelectedEngineVersion": "Athena engine version 3"}


def test_the_views_are_published_anew_with_every_revision_of_the_code(find_one, find):
    views = find_one("AWS::CloudFormation::CustomResource")
    assert views["Datasets"] == NAMES
    assert views["Revision"].startswith("code-")
    assert views["ServiceTimeout"] == 600
    [function] = [
        id
        for id, each in find("AWS::Lambda::Function").items()
        if each["FunctionName"] == "lakehouse-publish-views"
    ]
    assert views["ServiceToken"] == {"Fn::GetAtt": [function, "Arn"]}


@pytest.mark.parametrize("dataset", DATASETS, ids=NAMES)
def test_every_view_of_a_dataset_is_known(dataset):
    rendered = render_views(dataset, first_boundary("202611201000"))
    assert view_names(dataset) == [view.name for view in rendered]


def test_every_example_is_a_query_of_the_workgroup(find):
    queries = find("AWS::Athena::NamedQuery").values()
    assert {query["WorkGroup"] for query in queries} == {"lakehouse"}
    assert {query["Name"].split(":")[0] for query in queries} <= set(NAMES)


# --- Watching


def test_each_dataset_has_its_alarms(find):
    alarms = {alarm["AlarmName"]: alarm for alarm in find("AWS::CloudWatch::Alarm").values()}
    kinds = (
        *("SpeedLate", "RawStale", "SpeedErrors", "TransformErrors", "BatchFailed"),
        "PathsDisagree",
    )
    assert set(alarms) == {f"lakehouse-{name}-{kind}" for name in NAMES for kind in kinds}
    late = alarms["lakehouse-turnstiles-SpeedLate"]
    assert (late["MetricName"], late["Threshold"]) == ("IteratorAge", 900_000)
    stale = alarms["lakehouse-turnstiles-RawStale"]
    assert stale["Dimensions"] == [{"Name": "DeliveryStreamName", "Value": "lakehouse-turnstiles"}]
    disagree = alarms["lakehouse-turnstiles-PathsDisagree"]
    assert (disagree["Namespace"], disagree["MetricName"]) == ("lakehouse", "Unexplained")
    assert disagree["Dimensions"] == [
        {"Name": "database", "Value": "lakehouse"},
        {"Name": "dataset", "Value": "turnstiles"},
    ]


def test_the_dashboard_has_a_row_for_each_dataset(find_one):
    body = json.dumps(find_one("AWS::CloudWatch::Dashboard")["DashboardBody"])
    assert [f"{name}: records in" in body for name in NAMES] == [True] * len(NAMES)


# --- Plain shapes


def test_nothing_needs_node_or_a_bootstrap_parameter(template):
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert not any(kind.startswith("Custom::") or "Metadata" in kind for kind in kinds)
    assert "Parameters" not in template
    assert "Rules" not in template
    runtimes = {
        resource["Properties"]["Runtime"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    }
    assert runtimes == {"python3.13"}
