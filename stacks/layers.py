"""The layers that AWS keeps for everybody: pyarrow and boto3, and Powertools.

An ARN holds the region, and for the first of the two also an account and a version that differ from
region to region, so the template carries a mapping and CloudFormation looks the region up. In a
region that is not listed, a deployment stops and names the mapping.
"""

from __future__ import annotations

from aws_cdk import Aws, CfnMapping, Fn, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks import assets

RUNTIME = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE = lambda_.Architecture.ARM_64

# AWS SDK for pandas 3.17.0 (pyarrow 25.0.0), Python 3.13 on arm64:
# https://aws-sdk-pandas.readthedocs.io/en/3.17.0/layers.html
_PANDAS = "AWSSDKPandas-Python313-Arm64"
_PANDAS_ACCOUNT = "336392948345"
_PANDAS_VERSION = "14"
_PANDAS_REGIONS = (
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1"),
    *("ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2"),
    *("eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
_PANDAS_ELSEWHERE = {
    "af-south-1": (_PANDAS_ACCOUNT, "13"),
    "ap-east-1": ("839552336658", "11"),
    "ap-south-2": ("246107603503", "11"),
    "ap-southeast-3": ("258944054355", "11"),
    "ap-southeast-4": ("945386623051", "11"),
    "ca-west-1": ("941713567376", "3"),
    "eu-central-2": ("956415814219", "11"),
    "eu-south-1": ("774444163449", "11"),
    "eu-south-2": ("982086096842", "11"),
    "il-central-1": ("263840725265", "11"),
    "me-central-1": ("593833071574", "11"),
}
# https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
_POWERTOOLS = "017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:33"


class Layers(Construct):
    """`light` is what every λ has (Powertools, msgspec); `arrow` adds pyarrow."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        regions = dict.fromkeys(_PANDAS_REGIONS, (_PANDAS_ACCOUNT, _PANDAS_VERSION))
        mapping = CfnMapping(
            self,
            "PandasLayer",
            mapping={
                region: {"Account": account, "Version": version}
                for region, (account, version) in sorted((regions | _PANDAS_ELSEWHERE).items())
            },
        )
        account = mapping.find_in_map(Aws.REGION, "Account")
        version = mapping.find_in_map(Aws.REGION, "Version")
        pandas = Fn.join(":", [*self._lambda_arn(), account, "layer", _PANDAS, version])
        path = assets.layer_zip()
        own = lambda_.LayerVersion(
            self,
            "Own",
            code=lambda_.Code.from_asset(str(path), asset_hash=path.stem),
            description="msgspec, which decodes records",
            compatible_runtimes=[RUNTIME],
            compatible_architectures=[ARCHITECTURE],
        )
        powertools = Fn.join(":", [*self._lambda_arn(), _POWERTOOLS])
        self.light = [self._managed("Powertools", powertools), own]
        self.arrow = [*self.light, self._managed("Pandas", pandas)]

    def _lambda_arn(self) -> list[str]:
        return ["arn", Stack.of(self).partition, "lambda", Aws.REGION]

    def _managed(self, id: str, arn: str) -> lambda_.ILayerVersion:
        return lambda_.LayerVersion.from_layer_version_arn(self, id, arn)
