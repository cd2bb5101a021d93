"""What a new tenant has from the start: domains, built-in roles and strengths, Microsoft's own applications."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lab.tenant.credentials import Credentials
from lab.tenant.directory import Directory

DATA = Path(__file__).parent / "data"


def seed(directory: Directory, credentials: Credentials) -> str:
    """Make what isn't there yet; the object id of the deploying client's service principal."""
    if directory.store.get(("organization",), credentials.tenant_id) is None:
        _organization(directory, credentials)
        _settings(directory)
        _roles(directory)
        _strengths(directory)
        _microsoft(directory)
    for name in (credentials.domain, *credentials.verified_domains):
        _domain(directory, name, initial=name == credentials.domain)
    return _deployer(directory, credentials.client_id)


def _organization(directory: Directory, credentials: Credentials) -> None:
    names = (credentials.domain, *credentials.verified_domains)
    directory.add("organization", {
        "createdDateTime": directory.timestamp(), "displayName": "Lab tenant (stand-in)", "countryLetterCode": "SE",
        "onPremisesSyncEnabled": None, "tenantType": "AAD",
        "verifiedDomains": [{"name": name, "isInitial": name == credentials.domain} for name in names],
    }, key=credentials.tenant_id)  # fmt: skip
    features = {"passwordSyncEnabled": False, "passwordWritebackEnabled": False}
    directory.add("onPremisesDirectorySynchronization", {"features": features}, key=credentials.tenant_id)


def _settings(directory: Directory) -> None:
    for kind, objects in _read("settings.yaml").items():
        for key, body in objects.items():
            directory.add(kind, body, key=key)


def _roles(directory: Directory) -> None:
    for key, role in _read("roles.yaml").items():
        names = {"displayName": role["name"], "description": f"Built-in role {role['name']}"}
        directory.add("directoryRoleTemplate", names, key=key)
        directory.add("unifiedRoleDefinition", {
            **names, "isBuiltIn": True, "isEnabled": True, "isPrivileged": role["privileged"], "resourceScopes": ["/"],
            "rolePermissions": [], "templateId": key, "version": "1",
            "scopedToUnits": role.get("units", False),
        }, key=key)  # fmt: skip


def _strengths(directory: Directory) -> None:
    for key, strength in _read("strengths.yaml").items():
        directory.add("authenticationStrengthPolicy", {
            "allowedCombinations": strength["combinations"], "createdDateTime": directory.timestamp(),
            "description": strength["description"], "displayName": strength["name"],
            "modifiedDateTime": directory.timestamp(), "policyType": "builtIn", "requirementsSatisfied": "mfa",
        }, key=key)  # fmt: skip


def _microsoft(directory: Directory) -> None:
    for app_id, application in _read("service_principals.yaml").items():
        roles = [
            {"allowedMemberTypes": ["Application"], "description": value, "displayName": value, "id": key,
             "isEnabled": True, "origin": "Application", "value": value}
            for value, key in application.get("roles", {}).items()
        ]  # fmt: skip
        _principal(directory, app_id, application["name"], roles)


def _deployer(directory: Directory, client_id: str) -> str:
    """The application that signs in, and its service principal."""
    found = directory.having("servicePrincipal", "appId", client_id)
    if found:
        return found[0].id
    name = "Deployment"
    body = {**directory.kind("application").defaults, "appId": client_id, "displayName": name}
    directory.add("application", {**body, "createdDateTime": directory.timestamp()})
    return _principal(directory, client_id, name, [])


def _principal(directory: Directory, app_id: str, name: str, roles: list[dict[str, Any]]) -> str:
    defaults = directory.kind("servicePrincipal").defaults
    names = {"appId": app_id, "displayName": name, "appDisplayName": name, "createdDateTime": directory.timestamp()}
    own = {"appRoles": roles, "oauth2PermissionScopes": [], "servicePrincipalNames": [app_id]}
    key = str(uuid.uuid4())
    directory.add("servicePrincipal", {**defaults, **names, **own}, key=key)
    return key


def _domain(directory: Directory, name: str, *, initial: bool) -> None:
    if directory.store.get(("domain",), name) is None:
        directory.add("domain", {
            "authenticationType": "Managed", "availabilityStatus": None, "isAdminManaged": True, "isDefault": initial,
            "isInitial": initial, "isRoot": True, "isVerified": True, "supportedServices": [],
        }, key=name)  # fmt: skip


@cache
def _read(name: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load((DATA / name).read_text())
    return document
