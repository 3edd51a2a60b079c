"""What roles may do: named resources, narrow actions, nothing inherited."""

import json

import pytest

from lakehouse import layout
from lakehouse.datasets import DATASETS
from lakehouse.layout import view_names

# CloudWatch takes no resource for this action; a condition keeps it to two namespaces.
UNNAMED = {("cloudwatch:PutMetricData",)}


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def statements(find):
    """The statements of every role, by logical id."""
    found = {}
    for id, role in find("AWS::IAM::Role").items():
        found[id] = [
            statement
            for policy in role.get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
        ]
    return found


@pytest.fixture(scope="module")
def allowed(statements):
    """A function to what one role may do to S3: {action: the ends of the ARNs}."""

    def allowed(owner):
        [own] = [each for id, each in statements.items() if id.startswith(owner)]
        rights = {}
        for statement in own:
            for action in as_list(statement["Action"]):
                ends = {_end(arn) for arn in as_list(statement["Resource"])}
                rights.setdefault(action, set()).update(ends)
        return rights

    return allowed


def _end(arn):
    """`StorageLake/raw/*` of an ARN that joins a bucket and a key."""
    text = json.dumps(arn)
    for bucket in ("StorageLake", "StorageFailures", "StorageResults"):
        if bucket in text:
            key = arn["Fn::Join"][1][-1] if "Fn::Join" in arn else ""
            return bucket + key
    return text


def test_no_statement_names_every_resource(statements):
    wide = {
        tuple(as_list(statement["Action"]))
        for own in statements.values()
        for statement in own
        if "*" in as_list(statement["Resource"])
    }
    assert wide == UNNAMED


def test_no_statement_allows_every_action(statements):
    actions = {
        action
        for own in statements.values()
        for statement in own
        for action in as_list(statement["Action"])
    }
    assert len(actions) > 20
    assert not [action for action in actions if "*" in action]


def test_roles_have_their_own_statements_alone(find, template):
    for role in find("AWS::IAM::Role").values():
        assert "ManagedPolicyArns" not in role
        assert len(role["Policies"]) == 1
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert kinds & {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} == set()


def test_the_speed_function_writes_speed_rows_and_quarantine_alone(allowed):
    rights = allowed("turnstilesSpeedWriter")
    s3 = {action: ends for action, ends in rights.items() if action.startswith("s3:")}
    assert s3 == {
        "s3:GetObject": {"StorageLake/state/turnstiles.json"},
        "s3:ListBucket": {"StorageLake", "StorageFailures"},
        "s3:PutObject": {
            "StorageLake/speed/turnstiles/*",
            "StorageLake/quarantine/turnstiles/*",
            "StorageFailures/*",
        },
    }
    assert {action.split(":")[0] for action in rights} == {"s3", "kinesis", "logs"}


def test_the_transform_needs_its_log_alone(allowed):
    rights = allowed("turnstilesDeliveryTransform")
    assert set(rights) == {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_firehose_writes_raw_and_errors_and_deletes_nothing(allowed):
    rights = allowed("turnstilesDeliveryRole")
    written = {"StorageLake/raw/turnstiles/*", "StorageLake/errors/turnstiles/*"}
    assert rights["s3:PutObject"] == written
    assert rights["s3:GetObject"] == written
    assert "s3:DeleteObject" not in rights
    assert {action for action in rights if action.startswith("glue:")} == {
        *("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"),
    }


def test_a_run_cannot_touch_raw_or_another_dataset(allowed):
    rights = allowed("turnstilesBatchRole")
    made = {f"StorageLake/{kind}/turnstiles/*" for kind in ("events", "partials", "runs")}
    assert rights["s3:PutObject"] == made | {
        "StorageLake/died/turnstiles/*",
        "StorageLake/quarantine/turnstiles/*",
        "StorageLake/state/turnstiles.json",
    }
    assert rights["s3:DeleteObject"] == made | {"StorageLake/speed/turnstiles/*"}
    lake = {end for end in rights["s3:GetObject"] if end.startswith("StorageLake")}
    kinds = ("raw", "speed", "errors", "quarantine", "died")
    assert lake == made | {
        *(f"StorageLake/{kind}/turnstiles/*" for kind in kinds),
        "StorageLake/state/turnstiles.json",
    }


def test_a_run_tells_cloudwatch_in_its_own_and_glues_namespace(statements):
    [own] = [each for id, each in statements.items() if id.startswith("turnstilesBatchRole")]
    [told] = [each for each in own if each["Action"] == "cloudwatch:PutMetricData"]
    condition = {"StringEquals": {"cloudwatch:namespace": ["Glue", "lakehouse"]}}
    assert told["Condition"] == condition


@pytest.mark.parametrize("owner", ["PublisherPublishRole", "turnstilesBatchRole"])
def test_who_publishes_may_write_every_view(allowed, owner):
    datasets = DATASETS if owner.startswith("Publisher") else DATASETS[:1]
    for action in ("glue:CreateTable", "glue:GetTable", "glue:UpdateTable"):
        arns = "".join(allowed(owner)[action])
        for dataset in datasets:
            for view in view_names(dataset):
                assert f'/{view}"' in arns, (action, view)


def test_the_publisher_reads_and_writes_state_alone(allowed):
    rights = allowed("PublisherPublishRole")
    states = {f"StorageLake/{layout.state_key(dataset.name)}" for dataset in DATASETS}
    assert rights["s3:GetObject"] == rights["s3:PutObject"] == states
    assert "s3:DeleteObject" not in rights
    assert "glue:DeleteTable" not in rights


def test_buckets_refuse_plain_http(find):
    policies = find("AWS::S3::BucketPolicy").values()
    assert len(policies) == 3
    for policy in policies:
        [statement] = policy["PolicyDocument"]["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
