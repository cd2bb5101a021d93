"""Answers the engine: Pulumi's resource provider protocol over gRPC (pulumi `provider.proto`)."""

# ruff: noqa: N802, ARG002 - methods are named, and take what they take, as the protocol has it

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import signal
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sized
from typing import TYPE_CHECKING, Any

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from google.protobuf import empty_pb2  # type: ignore[import-untyped]
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from lab.plugins.azuread import VERSION, errors, paths
from lab.plugins.azuread.differences import Change
from lab.plugins.azuread.values import Properties, Values, decode, encode, has_unknown

if TYPE_CHECKING:
    from lab.plugins.azuread.provider import Provider

Context = Any
Message = Any
"""One of the protocol's messages; its own stubs have no types for asynchronous servers."""

CODES: Mapping[type[Exception], grpc.StatusCode] = {
    errors.NotConfigured: grpc.StatusCode.FAILED_PRECONDITION,
    errors.NotReachable: grpc.StatusCode.FAILED_PRECONDITION,
    errors.SignInRefused: grpc.StatusCode.UNAUTHENTICATED,
    errors.PermissionMissing: grpc.StatusCode.PERMISSION_DENIED,
    errors.Interrupted: grpc.StatusCode.CANCELLED,
    errors.TooLong: grpc.StatusCode.DEADLINE_EXCEEDED,
}
"""How the kinds of failure are called in the protocol; any other is INTERNAL."""

KINDS = {
    Change.ADD: provider_pb2.PropertyDiff.ADD,
    Change.UPDATE: provider_pb2.PropertyDiff.UPDATE,
    Change.DELETE: provider_pb2.PropertyDiff.DELETE,
}
REPLACING = {
    Change.ADD: provider_pb2.PropertyDiff.ADD_REPLACE,
    Change.UPDATE: provider_pb2.PropertyDiff.UPDATE_REPLACE,
    Change.DELETE: provider_pb2.PropertyDiff.DELETE_REPLACE,
}


Method = Callable[[Any, Any, Context], Awaitable[Any]]


def _in_a_sentence(method: Method) -> Method:
    """Tell the engine of a failure in one sentence; of one that nobody thought of, the log gets the rest."""

    @functools.wraps(method)
    async def answer(self: Any, request: Any, context: Context) -> Any:  # noqa: ANN401
        try:
            return await method(self, request, context)
        except errors.HalfMade as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error), _half_made(error, request))
        except errors.PluginError as error:
            await context.abort(CODES.get(type(error), grpc.StatusCode.INTERNAL), str(error))
        except Exception as error:  # noqa: BLE001 - the engine is to be told of anything
            traceback.print_exc()
            await context.abort(
                grpc.StatusCode.INTERNAL, f"the lab's azuread plugin has a fault ({type(error).__name__}: {error})"
            )

    return answer


def _half_made(error: errors.HalfMade, request: provider_pb2.CreateRequest) -> tuple[tuple[str, bytes], ...]:
    """What the engine needs to remember a resource that exists and isn't complete (google.rpc.Status)."""
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.identity, properties=request.properties, reasons=[str(error)]
    )
    status.details.add().Pack(detail)
    return (("grpc-status-details-bin", status.SerializeToString()),)


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """The protocol's calls, each a translation to `provider.Provider`."""

    @functools.cached_property
    def _provider(self) -> Provider:
        """Loaded with the first call that needs it: the engine waits for the port, and for nothing else."""
        from lab.plugins.azuread.provider import Provider  # noqa: PLC0415

        return Provider()

    @_in_a_sentence
    async def Handshake(self, request: Message, context: Context) -> Message:
        """Say what this provider can do."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @_in_a_sentence
    async def Attach(self, request: Message, context: Context) -> Message:
        """Nothing: the engine starts this plugin itself."""
        return empty_pb2.Empty()

    @_in_a_sentence
    async def GetPluginInfo(self, request: Message, context: Context) -> Message:
        """Say the version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    @_in_a_sentence
    async def GetSchema(self, request: Message, context: Context) -> Message:
        """Say the name and version; programs have the SDK, and need no more."""
        return provider_pb2.GetSchemaResponse(schema=json.dumps({"name": "azuread", "version": VERSION}))

    @_in_a_sentence
    async def CheckConfig(self, request: Message, context: Context) -> Message:
        """Take the settings as they are; `Configure` tries them."""
        return provider_pb2.CheckResponse(inputs=request.news)

    @_in_a_sentence
    async def DiffConfig(self, request: Message, context: Context) -> Message:
        """Say whether the settings are others; no resource has to be replaced because of them."""
        old, new = decode(request.olds).values, decode(request.news).values
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        return provider_pb2.DiffResponse(changes=_changes(names), diffs=names)

    @_in_a_sentence
    async def Configure(self, request: Message, context: Context) -> Message:
        """Sign in to the tenant."""
        await self._provider.configure(decode(request.args).values)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_in_a_sentence
    async def Check(self, request: Message, context: Context) -> Message:
        """Check a resource's inputs."""
        news = decode(request.news)
        inputs, failures = self._provider.check(request.type, news.values)
        told = [provider_pb2.CheckFailure(property=each.path, reason=each.reason) for each in failures]
        return provider_pb2.CheckResponse(inputs=encode(inputs, news.secrets), failures=told)

    @_in_a_sentence
    async def Diff(self, request: Message, context: Context) -> Message:
        """Compare what is there with what is declared."""
        found = self._provider.diff(request.type, decode(request.olds).values, decode(request.news).values)
        detailed = {
            each.path: provider_pb2.PropertyDiff(
                kind=(REPLACING if each.path in found.replaces else KINDS)[each.change]
            )
            for each in found.differences
        }
        return provider_pb2.DiffResponse(
            changes=_changes(found.differences),
            replaces=sorted({paths.top(path) for path in found.replaces}),
            diffs=sorted({paths.top(each.path) for each in found.differences}),
            detailedDiff=detailed,
            hasDetailedDiff=True,
            deleteBeforeReplace=found.delete_first,
        )

    @_in_a_sentence
    async def Create(self, request: Message, context: Context) -> Message:
        """Make a resource, or in a preview say what it would be."""
        news = decode(request.properties)
        if request.preview:
            planned = self._provider.planned(request.type, {}, news.values)
            return provider_pb2.CreateResponse(properties=self._told(request.type, planned, news))
        identity, values = await self._provider.create(request.type, news.values)
        return provider_pb2.CreateResponse(id=identity, properties=self._told(request.type, values, news))

    @_in_a_sentence
    async def Read(self, request: Message, context: Context) -> Message:
        """Read a resource for a refresh or an import; no id says that it is gone."""
        prior, inputs = decode(request.properties), decode(request.inputs)
        values = await self._provider.read(request.type, request.id, prior.values or inputs.values)
        if values is None:
            return provider_pb2.ReadResponse()
        declared = self._provider.as_inputs(request.type, values, inputs.values)
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=self._told(request.type, values, prior),
            inputs=encode(declared, inputs.secrets | self._provider.secrets(request.type)),
        )

    @_in_a_sentence
    async def Update(self, request: Message, context: Context) -> Message:
        """Change a resource, or in a preview say what it would be."""
        olds, news = decode(request.olds), decode(request.news)
        if request.preview:
            values = self._provider.planned(request.type, olds.values, news.values)
        else:
            values = await self._provider.update(request.type, request.id, olds.values, news.values)
        secrets = Properties({}, olds.secrets | news.secrets)
        return provider_pb2.UpdateResponse(properties=self._told(request.type, values, secrets))

    @_in_a_sentence
    async def Delete(self, request: Message, context: Context) -> Message:
        """Remove a resource."""
        await self._provider.delete(request.type, request.id, decode(request.properties).values)
        return empty_pb2.Empty()

    @_in_a_sentence
    async def Invoke(self, request: Message, context: Context) -> Message:
        """Ask a function; one whose arguments are not known yet has no answer yet."""
        arguments = decode(request.args)
        if has_unknown(arguments.values):
            return provider_pb2.InvokeResponse()
        values, failures = await self._provider.invoke(request.tok, arguments.values)
        told = [provider_pb2.CheckFailure(property=each.path, reason=each.reason) for each in failures]
        return provider_pb2.InvokeResponse(**{"return": encode(values, arguments.secrets)}, failures=told)

    @_in_a_sentence
    async def Cancel(self, request: Message, context: Context) -> Message:
        """End what is waited for."""
        self._provider.stop()
        return empty_pb2.Empty()

    def _told(self, token: str, values: Values, known: Properties) -> Message:
        """A resource's values as a message, with what is secret marked as such."""
        return encode(values, known.secrets | self._provider.secrets(token))


def _kinds(replaces: bool) -> Mapping[Change, Message]:
    return REPLACING if replaces else KINDS


def _changes(found: Sized) -> Message:
    some = len(found) > 0
    return provider_pb2.DiffResponse.DIFF_SOME if some else provider_pb2.DiffResponse.DIFF_NONE


async def serve(tell: Callable[[int], object]) -> None:
    """Serve on loopback until the engine is gone; `tell` gets the port as soon as there is an answer."""
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    port = server.add_insecure_port("127.0.0.1:0")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(), server)
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):  # how the engine ends a plugin
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await server.start()
    tell(port)
    engine = os.getppid()
    while os.getppid() == engine and not ended.is_set():  # a killed engine ends nobody, and its plugins would stay
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), timeout=1)
    await server.stop(grace=None)
