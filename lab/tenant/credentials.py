"""Who may sign in to the lab's tenant, and what the tenant is called: read from a file that the lab makes."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

GRANTED = Path(__file__).parent / "data" / "granted.yaml"
"""The permissions of the deploying client where its credentials name none."""

INITIAL_DOMAIN = "ggvv-lab.onmicrosoft.com"


class CredentialsError(Exception):
    """The credentials file is wrong; the text names the key, what was found and what is right."""


@dataclass(frozen=True)
class Credentials:
    """The tenant and the one client that deploys to it. Ids are UUIDs, permissions those of Microsoft Graph."""

    tenant_id: str
    client_id: str
    client_secret: str = field(repr=False)
    domain: str = INITIAL_DOMAIN
    verified_domains: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> Credentials:
        """Read a credentials file: JSON with `tenant_id`, `client_id`, `client_secret` and what may be left out.

        Raises:
            CredentialsError: no JSON object, or a key is missing, unknown or of another form.
        """
        try:
            document = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise CredentialsError(f"{path}: could not be read ({error}); right is a JSON object") from error
        if not isinstance(document, dict):
            raise CredentialsError(f"{path}: found {type(document).__name__}; right is a JSON object")
        unknown = set(document) - set(cls.__dataclass_fields__)
        if unknown:
            raise CredentialsError(f"{path}: unknown key `{min(unknown)}`; known are {', '.join(_KEYS)}")
        return cls(
            _uuid(path, document, "tenant_id"),
            _uuid(path, document, "client_id"),
            _text(path, document, "client_secret"),
            _text(path, document, "domain") if "domain" in document else INITIAL_DOMAIN,
            _texts(path, document, "verified_domains", []),
            frozenset(_texts(path, document, "permissions", yaml.safe_load(GRANTED.read_text()))),
        )


_KEYS = tuple(Credentials.__dataclass_fields__)


def _text(path: Path, document: dict[str, Any], key: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise CredentialsError(f"{path}: `{key}` is missing or no text; right is a text that is not empty")
    return value


def _texts(path: Path, document: dict[str, Any], key: str, default: list[str]) -> tuple[str, ...]:
    values = document.get(key, default)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise CredentialsError(f"{path}: `{key}` is no list of texts; right is a list such as {default}")
    return tuple(values)


def _uuid(path: Path, document: dict[str, Any], key: str) -> str:
    try:
        return str(uuid.UUID(_text(path, document, key)))
    except ValueError as error:
        raise CredentialsError(f"{path}: `{key}` is no UUID; right is such as {uuid.UUID(int=0)}") from error
