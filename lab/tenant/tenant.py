"""The tenant itself: takes a request for Graph apart, carries it out in one transaction, and answers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from lab.tenant import permissions, schema
from lab.tenant.call import Answer, Call
from lab.tenant.credentials import Credentials
from lab.tenant.directory import Directory
from lab.tenant.errors import GraphError
from lab.tenant.faults import Injector
from lab.tenant.journal import Journal
from lab.tenant.operations import Operation
from lab.tenant.query import parse_query
from lab.tenant.seed import seed
from lab.tenant.store import Store
from lab.tenant.tokens import Caller, Tokens, new_key, no_token

VERSIONS = ("v1.0", "beta")


@dataclass(frozen=True)
class Asked:
    """A request as it came in; `base` is scheme, host and port, `path` begins with the API version."""

    method: str
    base: str
    path: str
    keys: Mapping[str, str]
    options: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Tenant:
    """Everything that the running service holds. `clock` tells seconds since the epoch."""

    credentials: Credentials
    store: Store
    clock: Callable[[], float] = time.time
    key: RSAPrivateKey = field(default_factory=new_key, repr=False)
    faults: Injector = field(default_factory=Injector)
    journal: Journal = field(default_factory=Journal)

    def __post_init__(self) -> None:
        self.schema = schema.load()
        self.tokens = Tokens(self.credentials.tenant_id, self.key, self.clock)
        with self.store.transaction():
            self.deployer = seed(Directory(self.store, self.schema, self.clock()), self.credentials)

    def graph(self, operation: Operation, asked: Asked) -> Answer:
        """Carry out one operation of Graph.

        Raises:
            GraphError: the refusal, in Graph's form.
        """
        self.faults.refuse(asked.method, asked.path, self.clock())
        caller = self.caller(asked.headers)
        permissions.check(operation.path, asked.method, caller.permissions)
        with self.store.transaction():
            answer = operation.handler(self._call(asked, caller))
        self.faults.lose(asked.method)
        return answer

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Who sends a request with these headers.

        Raises:
            GraphError: no token, or one that isn't good.
        """
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise no_token()
        return self.tokens.read(token)

    def _call(self, asked: Asked, caller: Caller) -> Call:
        version = asked.path.split("/")[1]
        directory = Directory(self.store, self.schema, self.clock(), self.faults.faults.invisible_seconds)
        eventual = asked.headers.get("consistencylevel", "").lower() == "eventual"
        return Call(
            directory=directory,
            caller=caller,
            root=f"{asked.base}/{version}",
            url=f"{asked.base}{asked.path}",
            version=version,
            keys=asked.keys,
            body=_json(asked.body),
            query=parse_query(asked.options, eventual=eventual),
            options=asked.options,
        )


def _json(body: bytes) -> object:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        raise GraphError("Unable to read JSON request payload. Please ensure Content-Type header is set and payload "
                         "is of valid JSON format.", "BadRequest") from error  # fmt: skip
