"""`ggvv explain sign-in`: what a sign-in gets and why, and one sentence for a word that stands for nothing."""

from __future__ import annotations

import pytest

from identity.conditional_access.vocabulary import Method
from identity.plan import IdentityPlan
from identity.what_if import Kind
from operations import console
from operations.asked_sign_in import Asked
from operations.cli import app
from operations.stack_settings import StackSettings


def run(*arguments: str) -> int:
    """The exit code of `ggvv explain sign-in`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["ggvv", "explain", "sign-in", *arguments])
        return console.run(app)


@pytest.fixture(scope="module")
def plan() -> IdentityPlan:
    found = IdentityPlan.of(StackSettings.read("lab").architecture())
    assert found is not None
    return found


@pytest.mark.requirement("IDM-2")
def test_an_answer_names_the_policies_that_apply_and_why_the_others_don_t(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--user", "staff/gnosjo", "--app", "itsm", "--client", "other", "--platform", "windows") == 0
    said = capsys.readouterr().out
    assert said.startswith("blocked by CAP001")
    assert "CAP001 Block legacy protocols: They can't ask for a second factor" in said
    assert "CAU002 Phishing-resistant MFA for administrators: users: not included" in said


@pytest.mark.requirement("IDM-2")
def test_the_emergency_accounts_are_met_by_no_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--user", "emergency", "--role", "global-administrator", "--app", "admin-portals") == 0
    said = capsys.readouterr().out
    assert said.startswith("let in: no enforced policy covers this sign-in")
    assert "excluded as emergency" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--user", "staff/gnsjo"], "did you mean staff/gnosjo?"),
        (["--user", "staff"], "group 'staff' is one for each municipality"),
        (["--user", "guest", "--role", "global-admin"], "directory role 'global-admin' is not declared"),
        (["--user", "guest", "--app", "itms"], "application 'itms' is not declared"),
        (["--user", "guest", "--app", "all"], "application 'all' is not declared"),
        (["--user", "guest", "--action", "nap"], "--action: found 'nap'; right is one of register-security-info"),
        (["--user", "guest", "--client", "fax"], "--client: found 'fax'; right is one of browser"),
        (["--user", "guest", "--platform", "os2"], "--platform: found 'os2'; right is one of android"),
        (["--user", "guest", "--device", "toaster"], "--device: found 'toaster'; right is one of compliant"),
        (["--user", "guest", "--location", "Sweden"], "--location: found 'Sweden'; right is one of trusted"),
        (["--user", "guest", "--risk", "huge"], "--risk: found 'huge'; right is one of none"),
        (["--user", "guest", "--user-risk", "huge"], "--user-risk: found 'huge'; right is one of none"),
        (["--user", "guest", "--flow", "river"], "--flow: found 'river'; right is one of device-code"),
        (["--user", "guest", "--method", "smile"], "--method: found 'smile'; right is one of password"),
        (["--user", "guest", "-s", "lab-full"], "stack 'lab-full': has no identity"),
    ],
)
def test_a_word_that_stands_for_nothing_is_one_sentence_with_the_known_ones(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run(*arguments) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_every_word_reaches_the_sign_in(plan: IdentityPlan) -> None:
    asked = Asked(
        users=["staff/gnosjo", "travellers"],
        roles=["security-reader"],
        application="itsm",
        action="register-device",
        client="other",
        platform="ios",
        device="private",
        location="th",
        risk="high",
        user_risk="low",
        flow="device-code",
        method="password",
    ).sign_in(plan.known)
    assert asked.groups == {"staff/gnosjo", "travellers"}
    assert asked.roles == {"security-reader"}
    words = (asked.application, asked.user_action, asked.client, asked.platform, asked.country)
    assert words == ("itsm", "register-device", "other", "ios", "TH")
    assert (asked.sign_in_risk, asked.user_risk, asked.flow, asked.method) == ("high", "low", "device-code", "password")
    assert asked.device.ownership == "personal"


@pytest.mark.parametrize(
    ("location", "country", "trusted"), [(None, "SE", False), ("trusted", "SE", True), ("unknown", None, False)]
)
def test_a_place_is_a_country_work_or_nowhere(
    plan: IdentityPlan, location: str | None, country: str | None, trusted: bool
) -> None:
    asked = Asked(users=["staff/gnosjo"], location=location).sign_in(plan.known)
    assert (asked.country, asked.trusted) == (country, trusted)


def test_who_is_no_member_is_said_by_a_word_of_its_own(plan: IdentityPlan) -> None:
    guest = Asked(users=["guest"]).sign_in(plan.known)
    assert (guest.kind, guest.groups) == (Kind.GUEST, frozenset({"guests"}))
    program = Asked(users=["program"]).sign_in(plan.known)
    assert (program.kind, program.groups) == (Kind.SERVICE_PRINCIPAL, frozenset())


def test_what_is_not_said_is_usual(plan: IdentityPlan) -> None:
    asked = Asked(users=["staff/gnosjo"]).sign_in(plan.known)
    assert (asked.application, asked.client, asked.platform) == ("office365", "browser", "windows")
    assert asked.method is Method.AUTHENTICATOR
