"""The CDK app: names the stacks, nothing else. Its settings are in stacks/config.py."""

from stacks.lakehouse_stack import LakehouseStack
from stacks.synthesis import synthesized_app

with synthesized_app() as (app, config):
    LakehouseStack(app, config)
