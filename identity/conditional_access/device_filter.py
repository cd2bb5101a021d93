"""Which devices a policy is about: typed clauses, and Entra ID's rule syntax for them, both ways.

Source: Microsoft Learn, "Conditional Access: Filter for devices" (syntax, and what unregistered devices are to it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from identity.conditional_access.vocabulary import DeviceAttribute, Trust
from reference.model import Model

_ATTRIBUTES = {
    DeviceAttribute.COMPLIANT: "isCompliant",
    DeviceAttribute.TRUST: "trustType",
    DeviceAttribute.OWNERSHIP: "deviceOwnership",
    DeviceAttribute.MUNICIPALITY: "extensionAttribute1",
    DeviceAttribute.KIND: "extensionAttribute2",
}
_VALUES: Mapping[DeviceAttribute, Mapping[str, str]] = {
    DeviceAttribute.COMPLIANT: {"yes": "True", "no": "False"},
    DeviceAttribute.TRUST: {Trust.REGISTERED: '"Workplace"', Trust.JOINED: '"AzureAD"', Trust.HYBRID: '"ServerAD"'},
    DeviceAttribute.OWNERSHIP: {"company": '"Company"', "personal": '"Personal"'},
}
"""Values with a word of their own; the others are texts, the same on both sides."""

_OPERATORS = {"equals": "-eq", "not-equals": "-ne"}
_CONNECTIVES = {"any": " -or ", "all": " -and "}
_CLAUSE = re.compile(r'device\.(?P<attribute>\w+) (?P<operator>-eq|-ne) (?P<value>True|False|"[\w-]+")')


class Device(Model):
    """The device of a sign-in; one that the directory doesn't know has no trust, and so no other attribute."""

    trust: Trust | None = None
    compliant: bool = False
    ownership: Literal["company", "personal"] | None = None
    municipality: str | None = None
    kind: str | None = None

    @model_validator(mode="after")
    def _known_or_bare(self) -> Device:
        if self.trust is None and self.model_fields_set - {"trust"}:
            raise ValueError("a device without trust is unknown to the directory; add `trust`, or remove the rest")
        return self

    def value(self, attribute: DeviceAttribute) -> str | None:
        """The attribute as a filter sees it, in the house's words.

        Extension attributes are seen only of compliant and of hybrid joined devices (see the module's source).
        """
        if self.trust is None:
            return None
        if attribute is DeviceAttribute.COMPLIANT:
            return "yes" if self.compliant else "no"
        if attribute in _VALUES or self.compliant or self.trust is Trust.HYBRID:
            return getattr(self, attribute)  # type: ignore[no-any-return] # the remaining fields are texts
        return None


class Clause(Model):
    """One comparison; an attribute that a device lacks equals nothing, and so differs from everything."""

    attribute: DeviceAttribute
    operator: Literal["equals", "not-equals"] = "equals"
    value: str = Field(pattern=r"^[\w-]+$")

    @model_validator(mode="after")
    def _has_such_a_value(self) -> Clause:
        words = _VALUES.get(self.attribute)
        if words is not None and self.value not in words:
            raise ValueError(f"found {self.value}; right is one of {', '.join(words)}; correct the value")
        return self

    def holds(self, device: Device) -> bool:
        """Whether the comparison is true of the device."""
        return (device.value(self.attribute) == self.value) == (self.operator == "equals")

    @property
    def text(self) -> str:
        """The clause in Entra ID's syntax."""
        value = _VALUES.get(self.attribute, {}).get(self.value, f'"{self.value}"')
        return f"device.{_ATTRIBUTES[self.attribute]} {_OPERATORS[self.operator]} {value}"


class DeviceFilter(Model):
    """The devices that a policy is about (`include`), or all but these (`exclude`)."""

    mode: Literal["include", "exclude"]
    match: Literal["any", "all"] = "any"
    clauses: tuple[Clause, ...]

    @model_validator(mode="after")
    def _asks_something(self) -> DeviceFilter:
        if not self.clauses:
            raise ValueError("no clause is said; right is at least one; say which devices are meant")
        if self.match == "all" and len(self.clauses) == 1:
            raise ValueError("found match all of one clause; right is any, which is the same; remove `match`")
        return self

    def applies(self, device: Device) -> bool:
        """Whether a policy with this filter is about the device."""
        held = (any if self.match == "any" else all)(clause.holds(device) for clause in self.clauses)
        return held == (self.mode == "include")

    @property
    def rule(self) -> str:
        """The filter's rule in Entra ID's syntax."""
        return _CONNECTIVES[self.match].join(clause.text for clause in self.clauses)

    @classmethod
    def parse(cls, mode: Literal["include", "exclude"], rule: str) -> DeviceFilter | None:
        """The filter whose rule this is; None where the rule says more than clauses can."""
        for match, connective in _CONNECTIVES.items():
            clauses = [_clause(text) for text in rule.split(connective)]
            if all(clauses):
                match_ = "any" if len(clauses) == 1 else match
                return cls.model_validate({"mode": mode, "match": match_, "clauses": clauses})
        return None


def _clause(text: str) -> Clause | None:
    found = _CLAUSE.fullmatch(text.strip())
    if found is None:
        return None
    attribute = next((key for key, name in _ATTRIBUTES.items() if name == found["attribute"]), None)
    if attribute is None:
        return None
    words = {graph: word for word, graph in _VALUES.get(attribute, {}).items()}
    value = words.get(found["value"]) if words else found["value"].strip('"')
    operator = next(word for word, sign in _OPERATORS.items() if sign == found["operator"])
    return (
        None if value is None else Clause.model_validate({"attribute": attribute, "operator": operator, "value": value})
    )
