"""What stands behind the command line: settings from Hydra, runs and sweeps, lists and pictures."""
