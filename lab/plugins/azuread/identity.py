"""The ids that the official provider gives its resources: made from their parts, and taken apart again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from lab.plugins.azuread.errors import NotConfigured

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Identity:
    """The form of an id, with the parts in braces.

    Example:
        >>> Identity("{group}/member/{member}").parts("7fd2fccd/member/463f5171")
        {'group': '7fd2fccd', 'member': '463f5171'}
    """

    template: str

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"\{(\w+)\}", self.template)
        return re.compile("".join(f"(?P<{p}>[^/]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts)))

    def matches(self, identity: str) -> bool:
        """Whether it has this form."""
        return self._pattern.fullmatch(identity) is not None

    def parts(self, identity: str) -> dict[str, str]:
        """The parts of an id.

        Raises:
            NotConfigured: it has another form.
        """
        found = self._pattern.fullmatch(identity)
        if found is None:
            raise NotConfigured(f"id {identity!r}: has not the form {self.template}; correct what is imported")
        return found.groupdict()


def last(identity: str) -> str:
    """The object id at the end of an id."""
    return identity.rsplit("/", 1)[-1]
