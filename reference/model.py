"""What every value of the architecture is built on: frozen, and deaf to keys that it does not know."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen value; an unknown key is an error, not a remark."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)
