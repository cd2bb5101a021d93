"""The 620-server landing, by ggvv and by Terraform."""
