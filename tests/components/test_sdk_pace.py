"""The two places of the SDK that the program eases are still where they were; else a newer SDK needs another look."""

from __future__ import annotations

import asyncio
import inspect

import pulumi
import pytest
from pulumi.runtime import stack

from components.sdk_pace import take_off_brakes


@pytest.fixture
def _eased() -> None:
    take_off_brakes()


def test_the_sdk_still_waits_with_the_constant_that_is_replaced():
    assert "return_when=asyncio.FIRST_COMPLETED" in inspect.getsource(stack.wait_for_rpcs)


@pytest.mark.usefixtures("_eased")
def test_a_failing_output_still_ends_the_wait_at_once():
    async def fail() -> None:
        raise ValueError("the first failure")

    async def wait() -> set[asyncio.Task[None]]:
        tasks = [asyncio.ensure_future(asyncio.sleep(60)), asyncio.ensure_future(fail())]
        done, pending = await stack.asyncio.wait(tasks, return_when=stack.asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        return done

    [failed] = asyncio.run(wait())
    assert isinstance(failed.exception(), ValueError)


@pytest.mark.usefixtures("_eased")
def test_the_rest_of_asyncio_is_as_it_was():
    assert asyncio.FIRST_COMPLETED == "FIRST_COMPLETED"
    assert stack.asyncio.sleep is asyncio.sleep
    assert pulumi.log.debug("dropped") is None
