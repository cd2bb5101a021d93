"""A credentials file that is wrong is refused with the key, what was found and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.tenant.credentials import Credentials, CredentialsError
from tests.unit.lab.tenant.graph_client import granted

FIXTURES = Path(__file__).parents[3] / "fixtures" / "tenant" / "credentials"

REFUSED = {
    "no_json": "could not be read",
    "no_object": "found list; right is a JSON object",
    "permissions_no_list": "`permissions` is no list of texts",
    "secret_empty": "`client_secret` is missing or no text",
    "secret_missing": "`client_secret` is missing or no text",
    "tenant_id_no_uuid": "`tenant_id` is no UUID",
    "unknown_key": "unknown key `password`; known are tenant_id,",
}


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_a_credentials_file_is_refused(path: Path) -> None:
    with pytest.raises(CredentialsError) as refused:
        Credentials.read(path)
    assert REFUSED[path.stem] in str(refused.value)
    assert "for this test only" not in str(refused.value)


def test_what_may_be_left_out_has_a_default(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text((FIXTURES / "unknown_key.json").read_text().replace(', "password": "x"', ""))
    credentials = Credentials.read(path)
    assert credentials.domain == "ggvv-lab.onmicrosoft.com"
    assert credentials.permissions == granted()
    assert "for this test only" not in repr(credentials)
