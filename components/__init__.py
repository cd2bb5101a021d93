"""The sites and landing zones as Pulumi components."""
