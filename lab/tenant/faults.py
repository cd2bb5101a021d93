"""Faults that can be switched on while the tenant runs, as a real one has them; the same seed gives the same ones."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, fields
from http import HTTPStatus

from lab.tenant.errors import GraphError

WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})

CONDITIONAL_ACCESS = "/identity/conditionalAccess/"


class FaultsError(Exception):
    """The faults asked for make no sense; the text names the key, what was found and what is right."""


@dataclass(frozen=True)
class Faults:
    """Which faults are on; the defaults are none.

    Shares are of requests, 0 to 1: `throttled` get 429, `unavailable` get 503 and are not carried out,
    `lost_answers` of writes get 503 although they were carried out. `retry_after` seconds are asked for in each.
    `invisible_seconds`: how long a new object can't be seen or referred to. `token_lifetime`: seconds, for new tokens.
    `conditional_access_interval`: seconds between two writes to Conditional Access; sooner ones get 429.
    """

    throttled: float = 0.0
    unavailable: float = 0.0
    lost_answers: float = 0.0
    retry_after: int = 1
    invisible_seconds: float = 0.0
    token_lifetime: int = 3600
    conditional_access_interval: float = 0.0
    seed: int = 0

    @classmethod
    def of(cls, document: object) -> Faults:
        """Read the faults that a client asks for; what it doesn't name is off.

        Raises:
            FaultsError: no object, an unknown key, or a value out of range.
        """
        if not isinstance(document, dict):
            raise FaultsError(f"found {type(document).__name__}; right is a JSON object with faults by name")
        known = {entry.name: entry.default for entry in fields(cls)}
        for name, value in document.items():
            if name not in known:
                raise FaultsError(f"unknown fault `{name}`; known are {', '.join(known)}")
            _check(name, value, known[name])
        return cls(**document)

    def on(self) -> dict[str, float]:
        """Those that differ from none."""
        none = asdict(Faults())
        return {name: value for name, value in asdict(self).items() if value != none[name]}


class Injector:
    """Decides request by request, with random numbers that follow from the seed."""

    def __init__(self) -> None:
        self.switch(Faults())

    def switch(self, faults: Faults) -> None:
        """Begin anew with these faults."""
        self.faults = faults
        self._random = random.Random(faults.seed)  # noqa: S311 - repeatable on purpose
        self._next_conditional_access = 0.0

    def refuse(self, method: str, path: str, now: float) -> None:
        """Refuse a request before it is carried out, if a fault says so.

        Raises:
            GraphError: 429 or 503, with Retry-After.
        """
        if self._happens(self.faults.throttled):
            raise self._throttled(self.faults.retry_after)
        if self._happens(self.faults.unavailable):
            raise self._unavailable()
        if method in WRITES and CONDITIONAL_ACCESS in path and self.faults.conditional_access_interval:
            if now < self._next_conditional_access:
                raise self._throttled(max(1, round(self._next_conditional_access - now)))
            self._next_conditional_access = now + self.faults.conditional_access_interval

    def lose(self, method: str) -> None:
        """Lose the answer to a write that was carried out, if a fault says so.

        Raises:
            GraphError: 503, with Retry-After.
        """
        if method in WRITES and self._happens(self.faults.lost_answers):
            raise self._unavailable()

    def _happens(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    def _unavailable(self) -> GraphError:
        return GraphError(
            "The service is temporarily unavailable.",
            "ServiceUnavailable",
            HTTPStatus.SERVICE_UNAVAILABLE,
            {"Retry-After": str(self.faults.retry_after)},
        )

    @staticmethod
    def _throttled(seconds: int) -> GraphError:
        return GraphError(
            "Too many requests.", "TooManyRequests", HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(seconds)}
        )


def _check(name: str, value: object, default: object) -> None:
    whole = isinstance(default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or value < 0:
        raise FaultsError(f"`{name}`: found {value!r}; right is a {'whole ' if whole else ''}number from 0 on")
    if name in {"throttled", "unavailable", "lost_answers"} and value > 1:
        raise FaultsError(f"`{name}`: found {value!r}; right is a share from 0 to 1")
