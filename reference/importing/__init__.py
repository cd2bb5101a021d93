"""Reads a municipality's servers from what its operators have, and writes them to the inventory."""

from reference.importing.importer import ImportResult, Problem, import_inventory
from reference.importing.writing import write_inventory

__all__ = ["ImportResult", "Problem", "import_inventory", "write_inventory"]
