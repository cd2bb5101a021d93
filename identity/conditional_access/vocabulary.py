"""The house's words for what a policy can say; mapping.py says what each is in Microsoft Graph."""

from __future__ import annotations

from enum import StrEnum


class UserAction(StrEnum):
    """What a user does that is not signing in to an application."""

    REGISTER_SECURITY_INFO = "register-security-info"
    REGISTER_DEVICE = "register-device"


class Client(StrEnum):
    """What a sign-in is made with; the last two know no modern authentication, and so no MFA."""

    BROWSER = "browser"
    APP = "mobile-and-desktop"
    EXCHANGE_ACTIVE_SYNC = "exchange-active-sync"
    OTHER = "other"


class Platform(StrEnum):
    """What a device says that it runs on; a sign-in's can be unknown, which no policy can name."""

    ANDROID = "android"
    IOS = "ios"
    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    WINDOWS_PHONE = "windows-phone"
    UNKNOWN = "unknown"


class Risk(StrEnum):
    """How likely it is that a sign-in, or an account, is an attacker's (needs Entra ID P2)."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Flow(StrEnum):
    """How a session gets from one device to another."""

    DEVICE_CODE = "device-code"
    AUTHENTICATION_TRANSFER = "authentication-transfer"


class Control(StrEnum):
    """What a policy can ask for before it lets in, beside an authentication strength."""

    BLOCK = "block"
    MFA = "mfa"
    COMPLIANT_DEVICE = "compliant-device"
    JOINED_DEVICE = "joined-device"
    PASSWORD_CHANGE = "password-change"  # noqa: S105 - a control's name


class Method(StrEnum):
    """What a user proves an identity with."""

    PASSWORD = "password"  # noqa: S105 - a method's name
    SMS = "sms"
    AUTHENTICATOR = "authenticator"
    TEMPORARY_ACCESS_PASS = "temporary-access-pass"  # noqa: S105 - a method's name
    FIDO2 = "fido2"
    WINDOWS_HELLO = "windows-hello"
    CERTIFICATE = "certificate"


class State(StrEnum):
    """Whether a policy is in force: `report-only` is evaluated and logged, never enforced."""

    DISABLED = "disabled"
    REPORT_ONLY = "report-only"
    ENABLED = "enabled"


class Trust(StrEnum):
    """How a device is known to the directory: a private one, the cloud's own, or the shared AD's and the cloud's."""

    REGISTERED = "registered"
    JOINED = "joined"
    HYBRID = "hybrid"


class DeviceAttribute(StrEnum):
    """What a device filter can ask; the last two are what reference/membership.py says of extension attributes."""

    COMPLIANT = "compliant"
    TRUST = "trust"
    OWNERSHIP = "ownership"
    MUNICIPALITY = "municipality"
    KIND = "kind"
