"""A region that is up: deployed from the app's own template, fed, asked, and ended."""

import contextlib
import io
import json
import os
import time
from pathlib import Path

import pytest

from lakehouse import layout
from lakehouse.datasets import DATASETS
from local import cli, deploy
from local.deploy import Deployment, DeploymentError
from local.region import Region, read_status
from local.rewrites import LEFT_OUT, REWRITES, localized, resources
from local.synthesis import Assembly, synthesize
from tests.region import VARIABLES, client_of

pytestmark = pytest.mark.usefixtures("aws")

WAIT_SECONDS = 60
COLUMNS = ", ".join(str(number) for number in range(1, 11))  # window and group keys


def lakehouse(*arguments):
    """The exit status and the output of a command."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = cli.main(arguments)
    return status, output.getvalue()


def rows(sql):
    status, output = lakehouse("query", sql, "--format", "json")
    assert status == 0
    return [json.loads(line) for line in output.splitlines()]


def wait_for(condition):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def is_group(leader):
    """Whether a process of the group is there. The leader was started by this process."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(leader, os.WNOHANG)
    try:
        os.killpg(leader, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def fed(region, tmp_path_factory):
    """The ids of 50 events of turnstiles that were put on the stream, as SQL lists them."""
    path = tmp_path_factory.mktemp("fed") / "truth.jsonl"
    stream = ["--amount", "50", "--endpoint-url", region.endpoint]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in region.environment().items():
            patch.setenv(name, value)
        assert lakehouse("produce", "turnstiles", *stream, "--ground-truth", str(path))[0] == 0
    ids = [json.loads(line)["id"] for line in path.read_text().splitlines()]
    assert len(ids) == 50
    return ", ".join(f"'{id}'" for id in ids)


# --- What is deployed


def test_every_dataset_has_its_resources_and_views(region):
    tables = (
        client_of(region, "glue").get_paginator("get_tables").paginate(DatabaseName="lakehouse")
    )
    names = {table["Name"] for page in tables for table in page["TableList"]}
    for dataset in DATASETS:
        assert layout.raw_table(dataset.name) in names
        assert layout.serving_view(dataset.name) in names
        stream = layout.stream_name("lakehouse", dataset.name)
        described = client_of(region, "kinesis").describe_stream_summary(StreamName=stream)
        assert described["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"


def test_the_template_needs_every_rewrite(region):
    template = synthesize().template
    types = {each["Type"] for each in template["Resources"].values()}
    assert {*LEFT_OUT, *(rewrite.type for rewrite in REWRITES)} <= types


def test_what_is_deployed_is_the_template_less_the_rewrites(region):
    stacks = client_of(region, "cloudformation")
    template = localized(synthesize().template)
    assert stacks.get_template(StackName="lakehouse")["TemplateBody"] == template
    summaries = stacks.get_paginator("list_stack_resources").paginate(StackName="lakehouse")
    deployed = {
        each["LogicalResourceId"] for page in summaries for each in page["StackResourceSummaries"]
    }
    assert deployed == set(template["Resources"])


def test_the_outputs_name_what_is_deployed():
    outputs = deploy.outputs("lakehouse")
    assert (outputs["Database"], outputs["WorkGroup"]) == ("lakehouse", "lakehouse")
    assert outputs["TurnstilesStream"] == "lakehouse-turnstiles"


def test_the_work_group_is_that_of_the_template(region):
    group = client_of(region, "athena").get_work_group(WorkGroup="lakehouse")["WorkGroup"]
    bucket = deploy.outputs("lakehouse")["ResultsBucket"]
    results = group["Configuration"]["ResultConfiguration"]["OutputLocation"]
    assert (results, group["State"]) == (f"s3://{bucket}/", "ENABLED")


def test_the_named_queries_are_those_of_the_template(region):
    athena = client_of(region, "athena")
    ids = athena.list_named_queries(WorkGroup="lakehouse")["NamedQueryIds"]
    found = athena.batch_get_named_query(NamedQueryIds=ids)["NamedQueries"]
    template = synthesize().template
    wanted = resources(template, "AWS::Athena::NamedQuery")
    assert sorted((each["Name"], each["QueryString"]) for each in found) == sorted(
        (each["Name"], each["QueryString"]) for each in wanted
    )


def test_deploying_again_changes_nothing(region):
    phases = []
    Deployment(phases.append).deploy(synthesize())
    assert phases == []


def test_a_deployment_that_fails_names_the_resource_and_the_reason():
    template = {
        "Resources": {
            "Good": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}},
            "Orphan": {
                "Type": "AWS::CloudFormation::CustomResource",
                "Properties": {
                    "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:nobody"
                },
            },
        }
    }
    assembly = Assembly(stack="broken", template=template, tags={}, assets=())
    with pytest.raises(
        DeploymentError, match=r"Orphan \(AWS::CloudFormation::CustomResource\): .*nobody"
    ):
        Deployment(lambda _: None).deploy(assembly)


def test_a_stack_that_failed_is_replaced():
    good = {"Resources": {"Good": {"Type": "AWS::S3::Bucket"}}}
    bad = {"Resources": {"Bad": {"Type": "AWS::No::Such"}}}
    for _ in range(2):
        with pytest.raises(DeploymentError, match="AWS::No::Such"):
            Deployment(lambda _: None).deploy(Assembly("mended", bad, {}, ()))
    Deployment(lambda _: None).deploy(Assembly("mended", good, {}, ()))
    assert deploy.outputs("mended") == {}


# --- Who can reach it


def listening_sockets():
    """(address, inode) of the machine's listening TCP sockets; addresses as the kernel has them."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A":
                yield fields[1], fields[9]


def sockets_of(group):
    """The inodes of the sockets that processes of a group have open."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                for file in (process / "fd").iterdir():
                    yield file.readlink().name.removeprefix("socket:[").removesuffix("]")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="there is no such list here")
def test_its_gateway_on_the_loopback_address_is_the_only_door(region):
    own = set(sockets_of(read_status(region.home).process))
    port = int(region.endpoint.rpartition(":")[2])
    doors = {address for address, inode in listening_sockets() if inode in own}
    assert doors == {f"0100007F:{port:04X}"}


# --- What it does


def counted(table, ids):
    [row] = rows(f"SELECT count(*) AS n FROM {table} WHERE id IN ({ids})")
    return row["n"]


def test_events_that_are_produced_are_in_the_answer_once(fed):
    wait_for(lambda: counted("turnstiles_live_events", fed) >= 50)
    assert counted("turnstiles_live_events", fed) == 50


def test_events_that_are_produced_are_delivered_to_raw(fed):
    wait_for(lambda: counted("turnstiles_raw", fed) >= 50)


def test_a_batch_run_moves_events_to_the_batch_layer_and_the_answer_stays(fed):
    wait_for(lambda: counted("turnstiles_live_events", fed) >= 50)
    before = rows(f"SELECT * FROM turnstiles ORDER BY {COLUMNS}")
    status, output = lakehouse("batch", "turnstiles", "--format", "json")
    outcome = json.loads(output)
    assert (status, outcome["dataset"], outcome["state"]) == (0, "turnstiles", "SUCCEEDED")
    assert rows(f"SELECT * FROM turnstiles ORDER BY {COLUMNS}") == before
    assert sum(row["events"] for row in before) >= 50


def test_a_batch_run_that_fails_is_exit_status_1(region):
    glue = client_of(region, "glue")
    command = {"Name": "glueetl", "ScriptLocation": "s3://nowhere/nothing.py"}
    glue.create_job(Name="broken-turnstiles-batch", Role="arn:aws:iam::1:role/r", Command=command)
    status, output = lakehouse("batch", "turnstiles", "--prefix", "broken", "--format", "json")
    outcome = json.loads(output)
    assert (status, outcome["state"]) == (1, "FAILED")
    assert outcome["error"]


def test_a_saved_query_is_asked_by_its_name(capsys):
    status, output = lakehouse("query", "turnstiles: busiest stations", "--format", "csv")
    assert status == 0
    assert output.splitlines()[0] == "station,entries,exits,readings"


def test_a_query_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS one"))
    assert lakehouse("query", "-", "--format", "csv") == (0, "one\n1\n")


def test_more_rows_than_a_page_are_all_written():
    status, output = lakehouse(
        "query", "SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n", "--format", "csv"
    )
    assert status == 0
    assert output.split() == ["n", *map(str, range(1, 2501))]


def test_a_statement_without_a_line_of_names_keeps_its_first_row():
    status, output = lakehouse("query", "SHOW TABLES", "--format", "json")
    assert status == 0
    assert len(output.splitlines()) >= 9 * len(DATASETS)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_statement_without_a_result_writes_nothing(form):
    sql = "DROP VIEW IF EXISTS nobody_has_it"
    assert lakehouse("query", sql, "--format", form) == (0, "")


def test_a_query_that_fails_is_one_line_and_exit_status_1(capsys):
    assert lakehouse("query", "SELECT nope FROM turnstiles") == (1, "")
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("ERROR - the query FAILED: COLUMN_NOT_FOUND")


def test_a_name_that_is_no_saved_query_lists_those_that_there_are(capsys):
    assert lakehouse("query", "turnstiles: nope") == (2, "")
    assert "there are: 'customers: " in capsys.readouterr().err


def test_a_job_that_is_not_there_names_the_cure(capsys):
    assert lakehouse("batch", "turnstiles", "--prefix", "other") == (2, "")
    assert capsys.readouterr().err == (
        "ERROR - there is no job other-turnstiles-batch; run: lakehouse up\n"
    )


def test_status_and_env_name_the_endpoint(region):
    assert lakehouse("status") == (0, f"up  {region.endpoint}\n")
    assert f"export AWS_ENDPOINT_URL={region.endpoint}\n" in lakehouse("env")[1]
    assert lakehouse("up") == (0, f"{region.endpoint}\n")


def test_a_region_that_is_up_does_not_deliver_sooner_by_being_told(region, capsys):
    assert lakehouse("up", "--firehose-seconds", "1") == (2, "")
    told = capsys.readouterr().err
    assert told.startswith("ERROR - the region is up, and goes on as it was started")
    assert told.endswith("first: lakehouse down\n")


# --- How it ends


def test_what_a_region_has_survives_its_end(region, fed):
    wait_for(lambda: counted("turnstiles_live_events", fed) >= 50)
    before = rows(f"SELECT * FROM turnstiles ORDER BY {COLUMNS}")
    endpoint, process = region.endpoint, read_status(region.home).process
    region.down()
    wait_for(lambda: not is_group(process))
    assert Region(region.home).status().phase == "down"
    assert region.up(variables=VARIABLES) == endpoint
    assert rows(f"SELECT * FROM turnstiles ORDER BY {COLUMNS}") == before
