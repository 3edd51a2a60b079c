"""Deploys the synthesized app into the region, by the same API calls as `cdk deploy`.

The template is the one that deploys on AWS, but for the changes in local/rewrites.py.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.rewrites import Template, localized, resources
from local.synthesis import Assembly, Asset

_POLL_SECONDS = 0.1
_TIMEOUT_SECONDS = 300.0
_UPDATABLE = frozenset(("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"))
_NAMED_QUERY = "AWS::Athena::NamedQuery"

Report = Callable[[str], None]


class DeploymentError(RuntimeError):
    """The stack was not deployed; the message names the resource and the reason."""


class Deployment:
    """Deployments into the region that the environment's AWS variables point to."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._s3 = boto3.client("s3")
        self._stacks = boto3.client("cloudformation")
        self._athena = boto3.client("athena")
        self._names = _pseudo_parameters()

    def deploy(self, assembly: Assembly) -> None:
        """Bring the stack to the assembly's state; quick if it is there. Raises DeploymentError."""
        template = localized(assembly.template)
        status, deployed = self._deployed(assembly.stack)
        if status in _UPDATABLE and deployed == template:
            return
        for asset in assembly.assets:
            self._upload(asset)
        self._report(f"deploying {len(template['Resources'])} resources")
        if status is None or status in _UPDATABLE:
            self._apply(assembly, template, is_update=status is not None)
        else:
            self._report(f"replacing the stack, which is {status}")
            self._delete(assembly.stack)
            self._apply(assembly, template, is_update=False)
        self._make_named_queries(assembly.template)

    def _deployed(self, stack: str) -> tuple[str | None, Template]:
        """The stack's status and template; None if there is no such stack."""
        try:
            [found] = self._stacks.describe_stacks(StackName=stack)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None, {}
            raise
        if found["StackStatus"] == "DELETE_COMPLETE":
            return None, {}
        body = self._stacks.get_template(StackName=stack)["TemplateBody"]
        return found["StackStatus"], body if isinstance(body, dict) else json.loads(body)

    def _upload(self, asset: Asset) -> None:
        bucket, key = self._named(asset.bucket), self._named(asset.key)
        self._s3.create_bucket(Bucket=bucket)
        body = folder_zip(asset.path) if asset.is_folder else asset.path.read_bytes()
        self._s3.put_object(Bucket=bucket, Key=key, Body=body)

    def _named(self, text: str) -> str:
        for parameter, value in self._names.items():
            text = text.replace(f"${{{parameter}}}", value)
        return text

    def _apply(self, assembly: Assembly, template: Template, *, is_update: bool) -> None:
        # A template in the request may have 51,200 bytes, one in S3 a million.
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
        bucket = self._named("cdk-local-templates-${AWS::AccountId}-${AWS::Region}")
        key = f"{assembly.stack}.template.json"
        self._s3.create_bucket(Bucket=bucket)
        self._s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(template).encode())
        request = {
            "StackName": assembly.stack,
            "TemplateURL": f"{self._s3.meta.endpoint_url}/{bucket}/{key}",
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            "Tags": [{"Key": name, "Value": value} for name, value in assembly.tags.items()],
        }
        apply = self._stacks.update_stack if is_update else self._stacks.create_stack
        try:
            apply(**request)
        except ClientError as error:
            raise DeploymentError(error.response["Error"]["Message"]) from None
        wanted = "UPDATE_COMPLETE" if is_update else "CREATE_COMPLETE"
        status = self._settled(assembly.stack)
        if status != wanted:
            raise DeploymentError(self._reason(assembly.stack) or f"the stack is {status}")

    def _settled(self, stack: str) -> str | None:
        """The stack's status when nothing is under way any more; None if it is gone."""
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            status, _ = self._deployed(stack)
            if status is None or not status.endswith("_IN_PROGRESS"):
                return status
            time.sleep(_POLL_SECONDS)
        raise DeploymentError(f"{stack} is still not deployed after {_TIMEOUT_SECONDS:.0f} s")

    def _reason(self, stack: str) -> str:
        """The first failure of the last deployment, as `resource: reason`."""
        events = self._stacks.describe_stack_events(StackName=stack)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']} ({event['ResourceType']}): "
            f"{event.get('ResourceStatusReason', 'no reason given')}"
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
        ]
        return failed[-1] if failed else ""

    def _delete(self, stack: str) -> None:
        self._stacks.delete_stack(StackName=stack)
        self._settled(stack)

    def _make_named_queries(self, template: Template) -> None:
        """Bring the saved queries to those of the template, in their work groups."""
        wanted = resources(template, _NAMED_QUERY)
        for work_group in {properties["WorkGroup"] for properties in wanted}:
            ids = self._athena.list_named_queries(WorkGroup=work_group)["NamedQueryIds"]
            for query_id in ids:
                self._athena.delete_named_query(NamedQueryId=query_id)
        for properties in wanted:
            self._athena.create_named_query(**properties)


def outputs(stack: str) -> dict[str, str]:
    """The outputs of a deployed stack, by their ids. Raises botocore's ClientError."""
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}


def folder_zip(folder: Path) -> bytes:
    """A zip of the files in a folder."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _files(folder):
            archive.write(path, path.relative_to(folder))
    return sink.getvalue()


def _files(folder: Path) -> Iterator[Path]:
    return iter(sorted(path for path in folder.rglob("*") if path.is_file()))


def _pseudo_parameters() -> Mapping[str, str]:
    identity: dict[str, Any] = boto3.client("sts").get_caller_identity()
    partition = identity["Arn"].split(":")[1]
    return {
        "AWS::AccountId": identity["Account"],
        "AWS::Region": boto3.Session().region_name,
        "AWS::Partition": partition,
    }
