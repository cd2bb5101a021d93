"""Waves (MIG-1): a stack turns a whole wave of servers, and can turn it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reference.errors import refuse
from reference.server import ServerRow, State


def check_waves(turned: Mapping[str, State], known: Iterable[str]) -> None:
    """Refuse a wave that no server belongs to.

    Raises:
        ArchitectureError: names the wave and those there are.
    """
    waves = sorted(known)
    refuse(
        f"`ggvv:waves.{wave}`: no server belongs to this wave; right is one of {', '.join(waves)}; correct the name"
        for wave in turned
        if wave not in waves
    )


def state_of(row: ServerRow, turned: Mapping[str, State]) -> State:
    """A server's state: its wave's where the stack turns the wave, else its own."""
    return turned.get(row.wave, row.state)
