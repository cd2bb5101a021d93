"""A Pulumi provider of the azuread resources that this project uses: the lab's stand-in for the official plugin."""

VERSION = "6.11.1"
"""The version of pulumi-azuread whose resources these are."""
