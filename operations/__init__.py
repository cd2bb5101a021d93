"""The command line `ggvv` and what it runs: lab, plan, deploy, destroy, inventory, doctor."""
