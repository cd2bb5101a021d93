"""What the house's words are in Microsoft Graph: the one place where both meet, for writing and for reading.

Source: Microsoft Graph v1.0, resource types conditionalAccessPolicy, conditionalAccessConditionSet,
conditionalAccessGrantControls, authenticationMethodModes; and the inputs of pulumi_azuread 6.11.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from identity.conditional_access.vocabulary import Client, Control, Flow, Method, Platform, Risk, State, UserAction

W = TypeVar("W", bound=str)

STATES: Mapping[State, str] = {
    State.DISABLED: "disabled",
    State.REPORT_ONLY: "enabledForReportingButNotEnforced",
    State.ENABLED: "enabled",
}
USER_ACTIONS: Mapping[UserAction, str] = {
    UserAction.REGISTER_SECURITY_INFO: "urn:user:registersecurityinfo",
    UserAction.REGISTER_DEVICE: "urn:user:registerdevice",
}
CLIENTS: Mapping[Client, str] = {
    Client.BROWSER: "browser",
    Client.APP: "mobileAppsAndDesktopClients",
    Client.EXCHANGE_ACTIVE_SYNC: "exchangeActiveSync",
    Client.OTHER: "other",
}
PLATFORMS: Mapping[Platform, str] = {
    Platform.ANDROID: "android",
    Platform.IOS: "iOS",
    Platform.LINUX: "linux",
    Platform.MACOS: "macOS",
    Platform.WINDOWS: "windows",
    Platform.WINDOWS_PHONE: "windowsPhone",
}
RISKS: Mapping[Risk, str] = {risk: risk.value for risk in Risk}
FLOWS: Mapping[Flow, str] = {
    Flow.DEVICE_CODE: "deviceCodeFlow",
    Flow.AUTHENTICATION_TRANSFER: "authenticationTransfer",
}
CONTROLS: Mapping[Control, str] = {
    Control.BLOCK: "block",
    Control.MFA: "mfa",
    Control.COMPLIANT_DEVICE: "compliantDevice",
    Control.JOINED_DEVICE: "domainJoinedDevice",
    Control.PASSWORD_CHANGE: "passwordChange",
}
METHODS: Mapping[Method, str] = {
    Method.PASSWORD: "password",
    Method.SMS: "password,sms",
    Method.AUTHENTICATOR: "password,microsoftAuthenticatorPush",
    Method.TEMPORARY_ACCESS_PASS: "temporaryAccessPassOneTime",
    Method.FIDO2: "fido2",
    Method.WINDOWS_HELLO: "windowsHelloForBusiness",
    Method.CERTIFICATE: "x509CertificateMultiFactor",
}

EVERYONE = "All"
NOBODY = "None"
GUESTS = "GuestsOrExternalUsers"
ALL_PLATFORMS = "all"
ALL_CLIENTS = "all"
ANYWHERE = "All"
OWN_SERVICE_PRINCIPALS = "ServicePrincipalsInMyTenant"


def inverse(words: Mapping[W, str]) -> Mapping[str, W]:
    """The house's word for each of Graph's."""
    return {graph: word for word, graph in words.items()}
