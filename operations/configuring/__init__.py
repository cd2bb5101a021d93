"""What `ggvv configure` consists of: the target, the playbook's run, the tally of its events, and how it is shown."""
