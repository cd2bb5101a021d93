"""Session controls of a Conditional Access policy; Graph takes none that has no effect, but null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab.plugins.azuread import paths
from lab.plugins.azuread.fields import Json, Special
from lab.plugins.azuread.values import Values, is_empty

KIND = "#microsoft.graph.{}SessionControl"
BOTH_FACTORS = "primaryAndSecondaryAuthentication"


def _write(values: Mapping[str, Any]) -> Json:
    controls = values.get("sessionControls") or {}
    frequency, every_time = _frequency(controls), controls.get("signInFrequencyInterval") == "everyTime"
    browser, cloud = controls.get("persistentBrowserMode"), controls.get("cloudAppSecurityPolicy")
    body: Json = {
        "cloudAppSecurity": _control("cloudAppSecurity", cloudAppSecurityType=cloud) if cloud else None,
        "persistentBrowser": _control("persistentBrowser", mode=browser) if browser else None,
        "signInFrequency": frequency,
    }
    restricted, resilient = (
        bool(controls.get(name)) for name in ("applicationEnforcedRestrictionsEnabled", "disableResilienceDefaults")
    )
    if is_empty(body) and not restricted and not resilient:
        return {"sessionControls": None}
    if not every_time:  # Graph refuses both beside a sign-in every time
        body["applicationEnforcedRestrictions"] = _control("applicationEnforcedRestrictions") | {
            "isEnabled": restricted
        }
        body["disableResilienceDefaults"] = resilient
    return {"sessionControls": body}


def _frequency(controls: Mapping[str, Any]) -> Json | None:
    value, interval = controls.get("signInFrequency"), controls.get("signInFrequencyInterval")
    if not value and interval != "everyTime":
        return None
    factors = controls.get("signInFrequencyAuthenticationType") or BOTH_FACTORS
    frequency = _control("signInFrequency", authenticationType=factors, frequencyInterval=interval or "timeBased")
    return frequency | ({"type": controls.get("signInFrequencyPeriod"), "value": value} if value else {})


def _control(name: str, **properties: str | None) -> Json:
    return {"@odata.type": KIND.format(name), "isEnabled": True, **properties}


READ = {
    "applicationEnforcedRestrictionsEnabled": "applicationEnforcedRestrictions.isEnabled",
    "cloudAppSecurityPolicy": "cloudAppSecurity.cloudAppSecurityType",
    "disableResilienceDefaults": "disableResilienceDefaults",
    "persistentBrowserMode": "persistentBrowser.mode",
    "signInFrequency": "signInFrequency.value",
    "signInFrequencyAuthenticationType": "signInFrequency.authenticationType",
    "signInFrequencyInterval": "signInFrequency.frequencyInterval",
    "signInFrequencyPeriod": "signInFrequency.type",
}


def _read(entity: Mapping[str, Any]) -> Values:
    """The controls that are in effect: one that is there and disabled is none."""
    controls = entity.get("sessionControls") or {}
    effective = {name: each for name, each in controls.items() if paths.get({"x": each}, "x.isEnabled") is not False}
    found = {name: paths.get(effective, path) for name, path in READ.items()}
    if is_empty(found):
        return {}
    return {"sessionControls": {name: value for name, value in found.items() if value is not None}}


SESSION_CONTROLS = Special(_write, _read)
