"""The server inventory that a stack uses when it names no other, and what makes that sample."""
