"""A Conditional Access policy as data: one file each, in the house's words (IDM-2, IDM-4)."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, model_validator

from identity.conditional_access.device_filter import DeviceFilter
from identity.conditional_access.vocabulary import Client, Control, Flow, Platform, Risk, State, UserAction
from reference.identity_choices import Rollout
from reference.model import Model

T = TypeVar("T", bound=str)
HOURS_A_DAY = 24
LONGEST_HOURS = 365 * HOURS_A_DAY


def _ordered(values: tuple[T, ...]) -> tuple[T, ...]:
    """Each once, sorted: order has no meaning in Graph, so that it has none in a comparison either."""
    return tuple(sorted(set(values)))


Keys = Annotated[tuple[str, ...], AfterValidator(_ordered)]
"""Names of groups, roles, applications, locations …"""


class Users(Model):
    """Users by what they are in the directory; who is any of these is meant."""

    guests: bool = False
    groups: Keys = ()
    roles: Keys = ()


class IncludedUsers(Users):
    """Users that a policy is about."""

    everyone: bool = False


class UserScope(Model):
    """Who a policy is about; an exclusion goes before an inclusion."""

    include: IncludedUsers
    exclude: Users = Users()

    @model_validator(mode="after")
    def _somebody(self) -> UserScope:
        if self.include == IncludedUsers():
            raise ValueError("nobody is included; right is everyone, guests, groups or roles; name at least one")
        if self.include.everyone and self.include != IncludedUsers(everyone=True):
            raise ValueError("found everyone, and somebody beside; right is everyone alone; remove the others")
        return self


class Applications(Model):
    """Applications by key (`all`, `office365`, …, or our own)."""

    include: Annotated[Keys, Field(min_length=1)]
    exclude: Keys = ()


N = TypeVar("N", bound="Platforms | Locations")


def _narrowing(condition: N) -> N:
    if not condition.include and not condition.exclude:
        raise ValueError("nothing is included or excluded; right is at least one of them; say it, or remove the key")
    return condition


class Platforms(Model):
    """Platforms; none included means all, also those that are unknown."""

    include: Annotated[tuple[Platform, ...], AfterValidator(_ordered)] = ()
    exclude: Annotated[tuple[Platform, ...], AfterValidator(_ordered)] = ()

    @model_validator(mode="after")
    def _nameable(self) -> Platforms:
        if Platform.UNKNOWN in {*self.include, *self.exclude}:
            raise ValueError(
                "found 'unknown', which Graph can't name; right is all but the known ones; "
                "include none, and exclude each known platform"
            )
        return _narrowing(self)


class Locations(Model):
    """Named locations; none included means anywhere."""

    include: Keys = ()
    exclude: Keys = ()

    @model_validator(mode="after")
    def _narrows(self) -> Locations:
        return _narrowing(self)


class Conditions(Model):
    """What must be so, all of it, for a policy to apply; what is not said is not asked."""

    clients: Annotated[tuple[Client, ...], AfterValidator(_ordered)] = ()
    platforms: Platforms | None = None
    locations: Locations | None = None
    devices: DeviceFilter | None = None
    sign_in_risk: Annotated[tuple[Risk, ...], AfterValidator(_ordered)] = ()
    user_risk: Annotated[tuple[Risk, ...], AfterValidator(_ordered)] = ()
    flows: Annotated[tuple[Flow, ...], AfterValidator(_ordered)] = ()


class Grant(Model):
    """What is asked for: all of these, or any one; a word is a control or a strength of identity/strengths.yaml."""

    all_of: Keys = ()
    any_of: Keys = ()

    @model_validator(mode="after")
    def _one_way(self) -> Grant:
        if bool(self.all_of) == bool(self.any_of):
            raise ValueError("right is exactly one of all_of and any_of, with at least one control; correct the grant")
        if len(self.any_of) == 1:
            raise ValueError(f"found any_of {self.any_of[0]} alone; right is all_of; rename the key")
        if Control.BLOCK in self.controls and len(self.controls) > 1:
            raise ValueError(f"found {', '.join(self.controls)}; right is block alone; remove it or the others")
        return self

    @property
    def controls(self) -> tuple[str, ...]:
        """The words, whether all or any is asked for."""
        return self.all_of or self.any_of

    @property
    def blocks(self) -> bool:
        """Whether nobody gets in."""
        return Control.BLOCK in self.controls


class Session(Model):
    """What holds after a sign-in; hours are up to 23, or whole days, as Graph has them."""

    sign_in_frequency_hours: int | None = Field(default=None, ge=1, le=LONGEST_HOURS)
    sign_in_every_time: bool = False
    persistent_browser: Literal["never", "always"] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Session:
        hours = self.sign_in_frequency_hours
        if hours is None and not self.sign_in_every_time and self.persistent_browser is None:
            raise ValueError("nothing is said; right is a frequency or persistent_browser; say one, or leave it out")
        if hours is not None and self.sign_in_every_time:
            raise ValueError("found hours and every time; right is one of the two; remove the other")
        if hours is not None and hours >= HOURS_A_DAY and hours % HOURS_A_DAY:
            raise ValueError(f"found {hours} hours; right is up to 23 hours, or whole days; correct the value")
        return self


class Rule(Model):
    """What a policy says to Entra ID: about whom and what, when, and what follows."""

    users: UserScope | None = None
    service_principals: Literal["all"] | None = None
    applications: Applications | None = None
    user_actions: Annotated[tuple[UserAction, ...], AfterValidator(_ordered)] = ()
    conditions: Conditions = Conditions()
    grant: Grant | None = None
    session: Session | None = None

    @model_validator(mode="after")
    def _whole(self) -> Rule:
        for one, other in (("users", "service_principals"), ("applications", "user_actions")):
            if bool(getattr(self, one)) == bool(getattr(self, other)):
                raise ValueError(f"right is exactly one of {one} and {other}; correct the policy")
        if self.grant is None and self.session is None:
            raise ValueError("neither grant nor session is said; right is at least one; add what shall follow")
        return self


class Policy(Rule):
    """A declared policy: the rule, why it is there, whose it is, and how far it is rolled out.

    Families: CAU about users, CAD about devices, CAL about locations, CAP about protocols. `wave` is turned in the
    stack (`ggvv:identity.waves`); `rollout` holds where the stack turns neither the wave nor the policy.
    """

    id: str = Field(pattern=r"^CA[UDLP]\d{3}$", description="a family (CAU, CAD, CAL, CAP) and three digits")
    name: str = Field(pattern=r"^[A-Z][A-Za-z0-9 -]+$", description="letters, digits, spaces and hyphens")
    reason: str = Field(min_length=1)
    owner: str
    requirements: tuple[str, ...] = Field(min_length=1)
    wave: str
    rollout: Rollout

    @property
    def display_name(self) -> str:
        """What the policy is called in the tenant; it begins with the id, by which it is found again."""
        return f"{self.id} {self.name}"


class EffectivePolicy(Rule):
    """A policy as it is in force: as declared and rolled out, or as read from a tenant."""

    id: str
    state: State


class Unsupported(Model):
    """A deployed policy that says something which the model has no word for; whether it applies is not known."""

    id: str
    state: State
    reasons: tuple[str, ...]
