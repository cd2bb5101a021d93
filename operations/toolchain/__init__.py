"""The toolchain: how each program that no Python package carries comes to the machine, is found, and is put on PATH.

Only the standard library is imported here: `make` runs parts of it before the virtual environment is filled.
See docs/toolchain.md.
"""

from operations.toolchain.diagnosis import Row, State, doctor
from operations.toolchain.location import Found, Missing, Origin, environment, locate, path
from operations.toolchain.tools import AZUREAD, BRIDGE, TOOLS, Tool

__all__ = [
    "AZUREAD",
    "BRIDGE",
    "TOOLS",
    "Found",
    "Missing",
    "Origin",
    "Row",
    "State",
    "Tool",
    "doctor",
    "environment",
    "locate",
    "path",
]
