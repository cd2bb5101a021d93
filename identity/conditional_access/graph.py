"""From a policy as Microsoft Graph tells it to the model, so that the same evaluator runs on what is deployed.

What the model has no word for is never passed over: it makes the policy `Unsupported`, with the property's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from identity.conditional_access import mapping
from identity.conditional_access.device_filter import DeviceFilter
from identity.conditional_access.names import ResolvedNames
from identity.conditional_access.policy import HOURS_A_DAY, EffectivePolicy, Unsupported
from identity.conditional_access.vocabulary import State

W = TypeVar("W", bound=str)
Json = Mapping[str, Any]

_ABOUT = {"id", "displayName", "description", "templateId", "createdDateTime", "modifiedDateTime", "deletedDateTime"}
"""Properties that say nothing of whom the policy is about or what follows."""

_GUEST_TYPES = {
    "internalGuest",
    "b2bCollaborationGuest",
    "b2bCollaborationMember",
    "b2bDirectConnectUser",
    "otherExternalUser",
    "serviceProvider",
}
_IGNORED_USERS = {mapping.EVERYONE, mapping.NOBODY, mapping.GUESTS}


def from_graph(policy: Json, names: ResolvedNames) -> EffectivePolicy | Unsupported:
    """The policy that `policy` (a conditionalAccessPolicy) is; `names` says what the tenant's ids stand for.

    `names` must hold plain strings, all five mappings filled. The id is the house's, from the beginning of the display
    name, or else the whole display name.
    """
    return _Reader(names).read(policy)


class _Reader:
    """Reads one policy, and keeps what it could not say."""

    def __init__(self, names: ResolvedNames) -> None:
        self._names = names
        self._reasons: list[str] = []

    def read(self, policy: Json) -> EffectivePolicy | Unsupported:
        name = str(policy.get("displayName") or policy.get("id"))
        found = re.match(r"CA[UDLP]\d{3}\b", name)
        state = self._word("state", str(policy.get("state")), mapping.STATES) or State.ENABLED
        said = {**self._part("conditions", policy, self._conditions)}
        said |= {"grant": self._part("grantControls", policy, self._grant) or None}
        said |= {"session": self._part("sessionControls", policy, self._session) or None}
        self._leave("", policy, {*_ABOUT, "state", "conditions", "grantControls", "sessionControls"})
        id_ = found[0] if found else name
        if not self._reasons:
            try:
                return EffectivePolicy.model_validate({"id": id_, "state": state, **said})
            except ValidationError as error:
                self._reasons += [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        return Unsupported(id=id_, state=state, reasons=tuple(self._reasons))

    def _conditions(self, said: Json) -> dict[str, Any]:
        users, applications = said.get("users") or {}, said.get("applications") or {}
        principals = said.get("clientApplications") or {}
        flows = (said.get("authenticationFlows") or {}).get("transferMethods") or "none"
        clients = [client for client in said.get("clientAppTypes") or [] if client != mapping.ALL_CLIENTS]
        self._leave(
            "conditions.",
            said,
            {
                *("users", "applications", "clientApplications", "authenticationFlows", "clientAppTypes"),
                *("platforms", "locations", "devices", "signInRiskLevels", "userRiskLevels"),
            },
        )
        conditions = {
            "clients": self._words("conditions.clientAppTypes", clients, mapping.CLIENTS),
            "platforms": self._part("platforms", said, self._platforms) or None,
            "locations": self._part("locations", said, self._locations) or None,
            "devices": self._part("devices", said, self._devices) or None,
            "sign_in_risk": self._words("conditions.signInRiskLevels", said.get("signInRiskLevels"), mapping.RISKS),
            "user_risk": self._words("conditions.userRiskLevels", said.get("userRiskLevels"), mapping.RISKS),
            "flows": self._words(
                "conditions.authenticationFlows", [] if flows == "none" else flows.split(","), mapping.FLOWS
            ),
        }
        return {
            "conditions": conditions,
            **(self._principals(principals, users) if principals else {"users": self._users(users)}),
            **self._applications(applications),
        }

    def _principals(self, said: Json, users: Json) -> dict[str, Any]:
        self._leave("conditions.clientApplications.", said, {"includeServicePrincipals"})
        if said.get("includeServicePrincipals") != [mapping.OWN_SERVICE_PRINCIPALS]:
            self._reasons.append("conditions.clientApplications.includeServicePrincipals")
        if users.get("includeUsers") not in (None, [], [mapping.NOBODY]):
            self._reasons.append("conditions.users beside clientApplications")
        return {"service_principals": "all"}

    def _users(self, said: Json) -> dict[str, Any]:
        scope: dict[str, Any] = {}
        for side in ("include", "exclude"):
            special = set(said.get(f"{side}Users") or [])
            self._reasons += [f"conditions.users.{side}Users: {each}" for each in sorted(special - _IGNORED_USERS)]
            scope[side] = {
                "guests": mapping.GUESTS in special or self._guests(said, f"{side}GuestsOrExternalUsers"),
                "groups": self._keys(f"conditions.users.{side}Groups", said.get(f"{side}Groups"), self._names.groups),
                "roles": self._keys(f"conditions.users.{side}Roles", said.get(f"{side}Roles"), self._names.roles),
                **({"everyone": mapping.EVERYONE in special} if side == "include" else {}),
            }
        sides = [f"{side}{kind}" for side in ("include", "exclude") for kind in ("Users", "Groups", "Roles")]
        self._leave("conditions.users.", said, {*sides, "includeGuestsOrExternalUsers", "excludeGuestsOrExternalUsers"})
        return scope

    def _guests(self, said: Json, key: str) -> bool:
        guests = said.get(key)
        if not guests:
            return False
        types = {each.strip() for each in str(guests.get("guestOrExternalUserTypes")).split(",")}
        tenants = (guests.get("externalTenants") or {}).get("membershipKind", "all")
        if types != _GUEST_TYPES or tenants != "all":
            self._reasons.append(f"conditions.users.{key}: some kinds of guests, or some tenants, only")
        return True

    def _applications(self, said: Json) -> dict[str, Any]:
        prefix = "conditions.applications."
        self._leave(prefix, said, {"includeApplications", "excludeApplications", "includeUserActions"})
        include, exclude = (
            self._keys(f"{prefix}{key}", said.get(key), self._names.applications)
            for key in ("includeApplications", "excludeApplications")
        )
        actions = self._words(f"{prefix}includeUserActions", said.get("includeUserActions"), mapping.USER_ACTIONS)
        if include:
            return {"applications": {"include": include, "exclude": exclude}, "user_actions": actions}
        return {"user_actions": actions}

    def _platforms(self, said: Json) -> dict[str, Any]:
        include = [each for each in said.get("includePlatforms") or [] if each != mapping.ALL_PLATFORMS]
        return {
            "include": self._words("conditions.platforms", include, mapping.PLATFORMS),
            "exclude": self._words("conditions.platforms", said.get("excludePlatforms"), mapping.PLATFORMS),
        }

    def _locations(self, said: Json) -> dict[str, Any]:
        include = [each for each in said.get("includeLocations") or [] if each != mapping.ANYWHERE]
        return {
            "include": self._keys("conditions.locations", include, self._names.locations),
            "exclude": self._keys("conditions.locations", said.get("excludeLocations"), self._names.locations),
        }

    def _devices(self, said: Json) -> DeviceFilter | None:
        self._leave("conditions.devices.", said, {"deviceFilter"})
        filter_ = said.get("deviceFilter")
        if not filter_:
            return None
        parsed = DeviceFilter.parse(filter_["mode"], filter_["rule"])
        if parsed is None:
            self._reasons.append(f"conditions.devices.deviceFilter: {filter_['rule']}")
        return parsed

    def _grant(self, said: Json) -> dict[str, Any]:
        self._leave("grantControls.", said, {"operator", "builtInControls", "authenticationStrength"})
        controls: list[str] = [
            *self._words("grantControls.builtInControls", said.get("builtInControls"), mapping.CONTROLS)
        ]
        strength = said.get("authenticationStrength")
        if strength:
            controls += self._keys("grantControls.authenticationStrength", [strength["id"]], self._names.strengths)
        every = said.get("operator") == "AND" or len(controls) == 1
        return {"all_of" if every else "any_of": controls}

    def _session(self, said: Json) -> dict[str, Any]:
        on = {key: value for key, value in said.items() if isinstance(value, dict) and value.get("isEnabled")}
        switches = {key: value for key, value in said.items() if not isinstance(value, dict)}
        self._leave("sessionControls.", on, {"signInFrequency", "persistentBrowser"})
        self._leave("sessionControls.", switches, set())
        frequency = on.get("signInFrequency", {})
        if frequency.get("authenticationType", "primaryAndSecondaryAuthentication") != (
            "primaryAndSecondaryAuthentication"
        ):
            self._reasons.append("sessionControls.signInFrequency.authenticationType")
        every_time = frequency.get("frequencyInterval") == "everyTime"
        hours = None if every_time or not frequency else int(frequency["value"])
        if hours is not None and frequency["type"] == "days":
            hours *= HOURS_A_DAY
        session = {
            "sign_in_frequency_hours": hours,
            "sign_in_every_time": every_time,
            "persistent_browser": on.get("persistentBrowser", {}).get("mode"),
        }
        return session if any(session.values()) else {}

    @staticmethod
    def _part(key: str, said: Json, read: Any) -> Any:  # noqa: ANN401 - what the reader of the part gives
        return read(said[key]) if said.get(key) else {}

    def _leave(self, prefix: str, said: Json, known: set[str]) -> None:
        """Keep as reasons what is said beyond the known keys."""
        self._reasons += [
            f"{prefix}{key}" for key, value in said.items() if value and key not in known and "@odata" not in key
        ]

    def _word(self, key: str, found: str, words: Mapping[W, str]) -> W | None:
        word = mapping.inverse(words).get(found)
        if word is None:
            self._reasons.append(f"{key}: {found}")
        return word

    def _words(self, key: str, found: Iterable[str] | None, words: Mapping[W, str]) -> list[W]:
        read = (self._word(key, each, words) for each in found or ())
        return [word for word in read if word is not None]

    def _keys(self, key: str, ids: Iterable[str] | None, known: Mapping[str, Any]) -> list[str]:
        keys = {str(value).rsplit("/", 1)[-1].lower(): name for name, value in known.items()}
        self._reasons += [f"{key}: {each} is not declared" for each in ids or () if each.lower() not in keys]
        return [keys[each.lower()] for each in ids or () if each.lower() in keys]
