"""The tally of a run: what was done, changed, failed, was out of reach, or could not be assessed."""

from __future__ import annotations

from typing import Any

import pytest

from operations.configuring.tally import HIDDEN, Tally

HOST = "dc1-ns-01"


def event(kind: str, res: dict[str, Any] | None = None, **data: object) -> dict[str, Any]:
    return {"event": kind, "event_data": {"host": HOST, "role": "baseline", "task": "Time", "res": res or {}, **data}}


@pytest.fixture
def tally() -> Tally:
    return Tally([HOST, "dc2-ns-01"])


def test_what_changed_is_counted_and_named(tally: Tally):
    tally.take(event("runner_on_ok", {"changed": True}))
    tally.take(event("runner_on_ok", {"changed": False}))
    host = tally.hosts[HOST]
    assert (host.done, host.changed, host.changes) == (2, 1, ["baseline: Time"])


def test_what_changed_behind_no_log_is_counted_from_ansible_s_own_sum(tally: Tally):
    tally.take(event("runner_on_ok", {"changed": True}))
    tally.take(event("runner_on_ok", {"censored": "the output has been hidden"}))
    tally.take({"event": "playbook_on_stats", "event_data": {"changed": {HOST: 2}}})
    assert tally.changed == 2
    assert tally.hosts[HOST].changes == ["baseline: Time", "1 hidden (no_log)"]
    assert tally.hosts["dc2-ns-01"].changes == []


def test_what_one_host_failed_to_do_for_all_ends_the_run_and_says_where(tally: Tally):
    """As Ansible tells it of a task with run_once: the other host just hears no more."""
    for host in (HOST, "dc2-ns-01"):
        tally.take(event("runner_on_start", host=host, task_uuid="1", play_uuid="p"))
    tally.take(event("runner_on_start", task="Lay the store", task_uuid="2", play_uuid="p"))
    tally.take(event("runner_on_failed", {"msg": "no"}, task="Lay the store"))
    tally.take({"event": "playbook_on_stats", "event_data": {}})
    assert tally.ended_at == "baseline: Lay the store"


@pytest.mark.parametrize("failing", [[], [HOST], [HOST, "dc2-ns-01"]])
def test_what_each_did_for_itself_ended_nothing(tally: Tally, failing: list[str]):
    for host in (HOST, "dc2-ns-01"):
        tally.take(event("runner_on_start", host=host, task_uuid="1", play_uuid="p"))
    for host in failing:
        tally.take(event("runner_on_failed", {"msg": "no"}, host=host))
    tally.take({"event": "playbook_on_stats", "event_data": {}})
    assert tally.ended_at == ""


def test_a_host_out_of_reach_is_told_and_the_others_are_not(tally: Tally):
    tally.take(event("runner_on_unreachable", {"msg": "Task failed: Connection timed out."}))
    assert [host.name for host in tally.bad] == [HOST]
    assert tally.hosts[HOST].unreachable == "Connection timed out."


def test_a_failure_that_the_role_expects_is_none(tally: Tally):
    tally.take(event("runner_on_failed", {"msg": "no"}, ignore_errors=True))
    assert tally.bad == []


def test_a_loop_fails_with_the_words_of_the_item_that_failed(tally: Tally):
    results = [{"msg": "fine"}, {"failed": True, "msg": "no such unit"}]
    tally.take(event("runner_on_failed", {"msg": "One or more items failed", "results": results}))
    assert tally.hosts[HOST].failed == "baseline: Time: no such unit"


def test_a_failure_whose_words_may_hold_a_secret_says_so(tally: Tally):
    censored = "the output has been hidden due to the fact that 'no_log: true' was specified for this result"
    tally.take(event("runner_on_failed", {"censored": censored, "changed": False}))
    assert tally.hosts[HOST].failed == f"baseline: Time: {HIDDEN}"


def test_a_mistyped_variable_is_one_sentence(tally: Tally):
    error = (
        "argument 'logging_retention_days' is of type str and we were unable to convert to int: "
        "\"'many'\" cannot be converted to an int"
    )
    tally.take(event("runner_on_failed", {"argument_errors": [error]}, task="Validating arguments against arg spec"))
    assert tally.hosts[HOST].failed == (
        "baseline: variables: logging_retention_days: found 'many'; right is a value of type int; "
        "correct it in the environment's variables"
    )


def test_a_missing_variable_is_one_sentence(tally: Tally):
    tally.take(event("runner_on_failed", {"argument_errors": ["missing required arguments: pki_ca_key"]}))
    assert tally.hosts[HOST].failed.endswith("pki_ca_key is missing; correct it in the environment's variables")


def test_what_was_not_assessed_is_counted_by_reason(tally: Tally):
    tally.take(event("runner_on_ok", {"msg": ["not assessed here: the clock", "something else"]}))
    assert tally.not_assessed == {"not assessed here: the clock": {HOST}}


def test_a_host_on_which_nothing_was_done_does_not_pass_for_well(tally: Tally):
    tally.take(event("runner_on_ok"))
    assert [host.name for host in tally.untouched] == ["dc2-ns-01"]
