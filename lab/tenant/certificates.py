"""Certificates that Entra ID signs SAML answers with: made in the tenant, one service principal at a time."""

from __future__ import annotations

import base64
import datetime
import uuid
from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lab.tenant.applications import check_owned
from lab.tenant.call import Answer, Call
from lab.tenant.errors import GraphError
from lab.tenant.operations import Operation, Resource

SUBJECT = "CN=Microsoft Azure Federated SSO Certificate"
"""Whom a certificate names unless asked otherwise (Microsoft Graph: addTokenSigningCertificate)."""

LONGEST = datetime.timedelta(days=365 * 3 + 1)
"""How long a certificate may hold; also how long it does unless asked otherwise."""


def operations(principals: Resource) -> Iterator[Operation]:
    """Making a certificate."""
    yield Operation("POST", f"{principals.path}/{{id}}/addTokenSigningCertificate", lambda call: _add(call, principals))


def _add(call: Call, principals: Resource) -> Answer:
    """Make a key and its certificate: told as one to sign and one to verify, and the password that guards the key."""
    record = principals.resolve(call)
    check_owned(call, record)
    asked = call.parameters("addTokenSigningCertificate")
    subject = asked.get("displayName") or SUBJECT
    if not subject.startswith("CN="):
        raise GraphError("The displayName of a token signing certificate starts with 'CN='.")
    start = datetime.datetime.fromisoformat(call.directory.timestamp())
    end = _end(asked.get("endDateTime"), start)
    certificate = _certificate(subject.removeprefix("CN="), start, end)
    common = {
        "customKeyIdentifier": base64.b64encode(certificate.fingerprint(hashes.SHA256())).decode(),
        "displayName": subject,
        "endDateTime": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "startDateTime": call.directory.timestamp(),
    }
    data = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    verify = {**common, "keyId": str(uuid.uuid4()), "type": "AsymmetricX509Cert", "usage": "Verify", "key": data}
    sign = {**common, "keyId": str(uuid.uuid4()), "type": "X509CertAndPassword", "usage": "Sign", "key": None}
    password = {**common, "keyId": sign["keyId"], "hint": None, "secretText": None}
    call.directory.change(record, {
        "keyCredentials": [*record.body["keyCredentials"], verify, sign],
        "passwordCredentials": [*record.body["passwordCredentials"], password],
    })  # fmt: skip
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 - the format's own, no signature
    return Answer(body={**verify, "thumbprint": thumbprint})


def _end(text: str | None, start: datetime.datetime) -> datetime.datetime:
    if text is None:
        return start + LONGEST - datetime.timedelta(days=1)
    try:
        end = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise GraphError("Invalid value specified for property 'endDateTime'.") from error
    if end.tzinfo is None or not start < end <= start + LONGEST:
        raise GraphError("The endDateTime of a token signing certificate is in the future, at most three years away.")
    return end


def _certificate(name: str, start: datetime.datetime, end: datetime.datetime) -> x509.Certificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), start, end)
    return builder.sign(key, hashes.SHA256())
