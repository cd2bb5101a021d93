"""Takes two brakes off the Pulumi SDK that grow with the number of resources (measured: docs/deploy.md)."""

from __future__ import annotations

import asyncio
import types

import pulumi
from pulumi.runtime import stack


def take_off_brakes() -> None:
    """Let the program wait once, and not at each debug line.

    At its end the SDK waits for the *first* of all pending outputs, and again for the rest: with sixty outputs for
    each of 620 machines that is quadratic. Waiting until all are done or one fails ends with the same, at once.
    And each of the SDK's debug lines, two for a resource, blocks its event loop until the engine has answered,
    which drops them.
    """
    once = types.ModuleType("asyncio")
    once.__dict__.update(asyncio.__dict__)
    once.__dict__["FIRST_COMPLETED"] = asyncio.FIRST_EXCEPTION
    stack.__dict__["asyncio"] = once
    pulumi.log.__dict__["debug"] = _drop


def _drop(msg: str, resource: object = None, stream_id: object = None, ephemeral: object = None) -> None:
    """Take what `pulumi.log.debug` takes."""
