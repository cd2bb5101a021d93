"""The matrix of sign-ins with the verdict that each must get (IDM-2, IDM-4): what the policies are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from identity.conditional_access.device_filter import Device
from identity.conditional_access.names import ADMINISTRATORS, KnownNames, one_of
from identity.conditional_access.policy import Keys
from identity.what_if import Outcome, SignIn, Verdict, session_texts
from reference.data import load
from reference.errors import explain
from reference.model import Model

_FOLDER = Path(__file__).parent
Each = Literal["municipality", "administrators", "privileged-role", "other-role"]


class Person(Model):
    """Someone by what the directory knows of them; a kind that isn't said is a member."""

    kind: Literal["guest", "service-principal"] | None = None
    groups: Keys = ()
    roles: Keys = ()


class Expected(Model):
    """The verdict that a sign-in must get; all that it says, and nothing beyond."""

    outcome: Outcome
    hits: Keys = ()
    needs: Keys = ()
    missing: Keys = ()
    session: Keys = ()

    @classmethod
    def of(cls, verdict: Verdict) -> Expected:
        """What a verdict says, in the matrix's words."""
        return cls(
            outcome=verdict.outcome,
            hits=verdict.hits,
            needs=tuple(need.text for need in verdict.needs),
            missing=tuple(need.text for need in verdict.missing),
            session=session_texts(verdict.session),
        )

    def differences(self, verdict: Verdict) -> tuple[str, ...]:
        """Where the verdict is another: what, what was expected, what was found."""
        found = self.of(verdict)
        return tuple(
            f"{key}: expected {_text(getattr(self, key))}, found {_text(getattr(found, key))}"
            for key in type(self).model_fields
            if getattr(self, key) != getattr(found, key)
        )


class Row(Model):
    """One sign-in: its verdict when every policy is enforced, and where the policies stand by their own `rollout`."""

    name: str
    sign_in: SignIn
    enforced: Expected
    default: Expected


class _Line(Model):
    """One line of the file: a row, or a row for each of something, whose name stands in `{each}`."""

    name: str
    each: Each | None = None
    who: tuple[str, ...]
    device: str | None = None
    sign_in: dict[str, Any] = Field(default_factory=dict)
    enforced: Expected
    default: Expected


class _File(Model):
    people: dict[str, Person]
    devices: dict[str, Device]
    lines: tuple[_Line, ...]


def load_sign_ins(known: KnownNames, folder: Path = _FOLDER) -> tuple[Row, ...]:
    """The rows of `sign_ins.yaml`, for the municipalities and administrators that take part.

    Raises:
        reference.errors.ArchitectureError: the file does not hold, or a name in it is not declared.
    """
    file = load("sign_ins.yaml", _File, folder)
    return tuple(row for line in file.lines for row in _rows(line, file, known))


def load_devices(folder: Path = _FOLDER) -> Mapping[str, Device]:
    """The devices of `sign_ins.yaml`, by the words that its lines use.

    Raises:
        reference.errors.ArchitectureError: the file does not hold.
    """
    return load("sign_ins.yaml", _File, folder).devices


def _rows(line: _Line, file: _File, known: KnownNames) -> Iterator[Row]:
    people = [file.people[one_of("person", name, file.people)] for name in line.who]
    device = file.devices[one_of("device", line.device, file.devices)] if line.device is not None else Device()
    for subject in _subjects(line.each, known):
        name = line.name.replace("{each}", subject)
        values = {**line.sign_in, **_person(people, subject, known), "device": device}
        try:
            sign_in = SignIn.model_validate(values)
        except ValidationError as error:
            raise explain(error, SignIn, f"sign_ins.yaml: {name}") from error
        one_of("application", sign_in.application, known.applications)
        yield Row(name=name, sign_in=sign_in, enforced=line.enforced, default=line.default)


def _subjects(each: Each | None, known: KnownNames) -> tuple[str, ...]:
    """What the line is repeated for."""
    privileged = known.role_keys("privileged")
    subjects: Mapping[Each | None, tuple[str, ...]] = {
        None: ("",),
        "municipality": tuple(group.municipality or "" for group in known.directory.select("staff")),
        "administrators": known.group_keys(ADMINISTRATORS),
        "privileged-role": privileged,
        "other-role": tuple(key for key in known.roles if key not in privileged),
    }
    return subjects[each]


def _person(people: list[Person], subject: str, known: KnownNames) -> dict[str, Any]:
    """What the directory knows of someone who is all of these, checked."""
    groups = [name.replace("{each}", subject) for person in people for name in person.groups]
    roles = [name.replace("{each}", subject) for person in people for name in person.roles]
    kinds = [person.kind for person in people if person.kind is not None]
    return {
        "groups": {key for name in groups for key in known.group_keys(name)},
        "roles": {key for name in roles for key in known.role_keys(name)},
        **({"kind": kinds[0]} if kinds else {}),
    }


def _text(value: Any) -> str:  # noqa: ANN401 - a word or a list of them
    return (", ".join(value) or "none") if isinstance(value, tuple) else str(value)
