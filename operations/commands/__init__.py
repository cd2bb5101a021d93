"""The commands of `ggvv`, one file each: what they take, what they print. What they do is in `operations/`."""
