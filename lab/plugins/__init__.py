"""Resource provider plugins for machines where the official ones can't be downloaded. On PATH in lab runs only."""
