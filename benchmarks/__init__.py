"""Measurements, never assertions: what takes how long, beside a named peer where there is one."""
