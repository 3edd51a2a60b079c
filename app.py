"""The CDK app: names the stacks, nothing else. Settings are in stacks/config.py."""

import aws_cdk as cdk

from stacks.config import read_config
from stacks.errors import told_in_one_line
from stacks.lakehouse_stack import LakehouseStack

with told_in_one_line():
    app = cdk.App()
    LakehouseStack(app, read_config(app.node.get_all_context()))
    app.synth()
