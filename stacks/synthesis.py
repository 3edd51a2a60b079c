"""The app around the stacks: settings in, cloud assembly out, mistakes in one line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_cdk import App

from stacks.assets import MissingWheelsError
from stacks.config import Config, ConfigError, read_config


@contextmanager
def synthesized_app(context: Mapping[str, Any] | None = None) -> Iterator[tuple[App, Config]]:
    """An app to put stacks into, synthesized at the end; the CDK command line gives its context.

    What a user can cure ends in one line on stderr and exit status 2, never in a traceback.
    """
    try:
        app = App(context=context)
        yield app, read_config(app.node.get_all_context())
        app.synth()
    except (ConfigError, MissingWheelsError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
