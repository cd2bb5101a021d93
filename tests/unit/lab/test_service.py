"""A lab service starts twice without harm, stops clean, and is never confused with somebody else's process."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import psutil
import pytest

from lab.service import Service, ServiceError

ANSWERS = (
    "import json,os,sys,time,pathlib;"
    "p=pathlib.Path(sys.argv[1]); t=p.with_suffix('.new');"
    "t.write_text(json.dumps({'pid': os.getpid()})); t.rename(p); time.sleep(60)"
)


@pytest.fixture
def service(tmp_path: Path) -> Service:
    made = Service("example", tmp_path)
    yield made
    made.stop()


def command(service: Service, code: str = ANSWERS) -> list[str]:
    return [sys.executable, "-c", code, str(service.ready_file)]


def test_starting_twice_gives_the_same_process(service: Service) -> None:
    assert service.start(command(service)) == service.start(command(service))


def test_stop_ends_the_process_and_leaves_no_pid(service: Service) -> None:
    pid = service.start(command(service))["pid"]
    assert service.stop() is True
    assert not psutil.pid_exists(pid)
    assert service.ready() is None
    assert service.stop() is False


def test_a_service_that_ends_at_once_is_told_with_its_log(service: Service) -> None:
    with pytest.raises(ServiceError, match=r"ended with code 3 .*example\.log"):
        service.start(command(service, "raise SystemExit(3)"))


def test_a_service_that_never_answers_is_stopped(service: Service) -> None:
    with pytest.raises(ServiceError, match="did not answer within 1 s"):
        service.start(command(service, "import time; time.sleep(60)"), timeout=1)
    assert service.process() is None


def test_a_pid_used_again_by_another_program_is_not_ours(service: Service, tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(json.dumps([os.getpid(), psutil.Process().create_time() - 100]))
    (tmp_path / "ready.json").write_text("{}")
    assert service.process() is None
    assert service.ready() is None


def test_a_killed_service_is_started_anew(service: Service) -> None:
    first = service.start(command(service))["pid"]
    killed = psutil.Process(first)
    killed.kill()
    killed.wait(5)
    assert service.start(command(service))["pid"] != first
