"""The target architecture as a value: what the shared IT of the four municipalities is, typed, pure and checked."""
