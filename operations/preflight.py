"""Asks the vCenter for a session before the engine starts, so that what is wrong is said in one sentence."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from typing import Any

from pyVim.connect import Disconnect, SmartConnect
from pyVmomi import vim

from operations import toolchain
from operations.connection import Connection
from operations.errors import UserError
from reference import endpoint
from reference.architecture import Architecture
from reference.choices import Storage

TIMEOUT = 10
"""Seconds to wait for an answer."""

HTTPS = 443


def check_vcenter(connection: Connection) -> str:
    """Sign in and out again; returns the vCenter's full name and version.

    Raises:
        UserError: not reachable, certificate not trusted, or user and password refused.
    """
    session = sign_in(connection)
    about = session.RetrieveContent().about
    sign_out(session)
    return str(about.fullName)


def refuse_what_the_bridge_lacks(stack: str, architecture: Architecture, *, stand_in: bool) -> None:
    """Refuse a choice that only the official plugin carries out, where the lab's bridge stands in for it.

    Raises:
        UserError: the stack stretches vSAN, and provider 2.1.1 behind the bridge can't.
    """
    plugin = toolchain.locate("pulumi-resource-vsphere")
    built = isinstance(plugin, toolchain.Found) and plugin.origin is toolchain.Origin.BUILT
    if stand_in and built and architecture.choices.storage is Storage.VSAN_STRETCHED:
        raise UserError(
            f"stack '{stack}': `ggvv:storage`: found vsan-stretched, which the lab's bridge over provider 2.1.1 lacks; "
            "right is san, or the official plugin: pulumi plugin install resource vsphere 4.18.2"
        )


def sign_out(session: Any) -> None:  # noqa: ANN401 - pyVmomi has no types
    """Close a session."""
    Disconnect(session)  # type: ignore[no-untyped-call]  # pyVmomi has no types


def sign_in(connection: Connection) -> Any:  # noqa: ANN401 - pyVmomi has no types
    """Open a session, TLS checked.

    Raises:
        UserError: not reachable, certificate not trusted, or user and password refused.
    """
    host, _, port = connection.server.partition(":")
    context = ssl.create_default_context(cafile=str(connection.authority) if connection.authority else None)
    where = f"vCenter {connection.server} ({endpoint.SERVER.variable} or ggvv:{endpoint.SERVER.key})"
    try:
        return SmartConnect(  # type: ignore[no-untyped-call]  # pyVmomi has no types
            host=host,
            port=int(port or HTTPS),
            user=connection.user,
            pwd=connection.password,
            sslContext=context,
            httpConnectionTimeout=TIMEOUT,
        )
    except ssl.SSLCertVerificationError as error:
        raise UserError(
            f"{where}: its certificate is not trusted ({error.verify_message}); "
            "right is one from an authority this machine trusts: set SSL_CERT_FILE to the authority's certificate"
        ) from error
    except vim.fault.InvalidLogin as error:
        raise UserError(
            f"{where}: user '{connection.user}' and the given password were refused; "
            f"correct {endpoint.USER.variable} and {endpoint.PASSWORD.variable}"
        ) from error
    except (OSError, HTTPException, ValueError) as error:
        raise UserError(
            f"{where}: is not reachable ({_reason(error)}); check the name, the port and the way there"
        ) from error


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
