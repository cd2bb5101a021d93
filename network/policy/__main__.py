"""Writes the compiled rules of the stack `lab` beside the policy: what a change of the policy changes is there to read."""

from __future__ import annotations
