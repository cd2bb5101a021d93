"""The service as a process: it starts, says so, keeps its data, stops clean, and answers this machine alone."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential

from lab.authority import Authority
from lab.service import Service
from tests.unit.lab.tenant.graph_client import CLIENT_ID, GROUP, SECRET, TENANT_ID

TIMEOUT = 60.0
"""Seconds; a start takes about one, on a machine that is busy with other tests many more."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    home = tmp_path / "tenant"
    Authority.at(tmp_path / "ca").issue("tenant.lab.ggvv.internal", home)
    credentials = {"tenant_id": TENANT_ID, "client_id": CLIENT_ID, "client_secret": SECRET}
    (home / "credentials.json").write_text(json.dumps(credentials))
    made = Service("tenant", home)
    yield made
    made.stop()


def command(service: Service, listen: str = "127.0.0.1:0") -> list[str]:
    home = service.directory
    options = {"listen": listen, "cert": home / "cert.pem", "key": home / "key.pem", "ready": service.ready_file,
               "credentials": home / "credentials.json", "database": home / "tenant.sqlite"}  # fmt: skip
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    return [sys.executable, "-m", "lab.tenant", *arguments]


def start(service: Service) -> dict[str, Any]:
    return service.start(command(service), TIMEOUT)


def authority(service: Service) -> Path:
    return service.directory.parent / "ca" / "ca.pem"


def credential(service: Service, url: str, secret: str = SECRET) -> ClientSecretCredential:
    return ClientSecretCredential(
        TENANT_ID, CLIENT_ID, secret, authority=url, disable_instance_discovery=True,
        connection_verify=str(authority(service)),
    )  # fmt: skip


def client(service: Service, url: str) -> httpx.Client:
    token = credential(service, url).get_token(f"{url}/.default").token
    context = ssl.create_default_context(cafile=str(authority(service)))
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, verify=context, timeout=TIMEOUT)


def test_it_says_when_it_answers_and_that_it_is_a_stand_in(service: Service) -> None:
    ready = start(service)
    assert set(ready) == {"url", "pid", "about", "tenant_id"}
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+", ready["url"])
    assert ready["tenant_id"] == TENANT_ID
    assert "Stand-in" in ready["about"]
    assert ready["about"] in service.log.read_text()
    assert start(service) == ready  # a second start finds the first


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_data_survives_the_process(service: Service, how: str) -> None:
    with client(service, start(service)["url"]) as graph:
        made = graph.post("/v1.0/groups", json={**GROUP, "displayName": "g", "mailNickname": "g"}).json()
        deployer = graph.get(f"/v1.0/servicePrincipals(appId='{CLIENT_ID}')").json()["id"]
    process = service.process()
    assert process is not None
    if how == "killed":
        process.kill()
        process.wait(TIMEOUT)
    else:
        assert service.stop()
        assert not service.ready_file.exists()
    with client(service, start(service)["url"]) as graph:
        assert graph.get(f"/v1.0/groups/{made['id']}").json()["displayName"] == "g"
        assert graph.get(f"/v1.0/servicePrincipals(appId='{CLIENT_ID}')").json()["id"] == deployer


def test_it_stops_clean_and_takes_its_ready_file_along(service: Service) -> None:
    log = service.directory / "output"
    with log.open("wb") as output:
        process = subprocess.Popen(command(service), stdout=output, stderr=output)
        try:
            while not service.ready_file.exists():
                assert process.poll() is None, log.read_text()
            process.terminate()
            assert process.wait(TIMEOUT) == 0
        finally:
            process.kill()
    assert not service.ready_file.exists()
    assert {path.name for path in service.directory.glob("tenant.sqlite*")} == {"tenant.sqlite"}


def test_azure_identity_signs_in_and_is_told_why_not(service: Service) -> None:
    url = start(service)["url"]
    assert credential(service, url).get_token(f"{url}/.default").token.count(".") == 2
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential(service, url, "wrong").get_token(f"{url}/.default")


def test_ten_clients_at_once_lose_nothing(service: Service) -> None:
    with client(service, start(service)["url"]) as graph:
        failed: list[str] = []

        def work(number: int) -> None:
            for step in range(10):
                name = f"g{number}-{step}"
                answer = graph.post("/v1.0/groups", json={**GROUP, "displayName": name, "mailNickname": name})
                key = answer.json().get("id")
                if answer.status_code != 201 or graph.get(f"/v1.0/groups/{key}").status_code != 200:
                    failed.append(answer.text)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(graph.get("/v1.0/groups?$top=999").json()["value"]) == 100


def test_its_log_tells_no_secret(service: Service) -> None:
    with client(service, start(service)["url"]) as graph:
        graph.get("/v1.0/groups?$filter=displayName eq 'private'")
        token = graph.headers["Authorization"].removeprefix("Bearer ")
    service.stop()  # a line is written when its answer has gone out
    log = service.log.read_text()
    assert "GET /v1.0/groups 200" in log
    for secret in (SECRET, token, "private"):
        assert secret not in log


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "192.0.2.1:0", "127.0.0.1", "localhost:0"])
def test_it_refuses_to_answer_other_machines(service: Service, listen: str) -> None:
    ended = subprocess.run(command(service, listen), capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert ended.returncode == 2
    assert f"--listen: found {listen}; right is a loopback address with a port" in ended.stderr
    assert not service.ready_file.exists()


def test_wrong_credentials_end_it_with_one_sentence(service: Service) -> None:
    (service.directory / "credentials.json").write_text("{}")
    ended = subprocess.run(command(service), capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert ended.returncode == 2
    assert "`tenant_id` is missing" in ended.stderr
    assert "Traceback" not in ended.stderr
