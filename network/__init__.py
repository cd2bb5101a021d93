"""The core network: switches, segments and (as data in `policy/`) what may flow between them."""
