"""Checks of a deployed tenant against what is declared (IDM-1 to IDM-4, GOV-3): pure, over what was read of it."""
