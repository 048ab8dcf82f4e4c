"""Many runs, paired and compared: the tables, tests and pictures of `gesture-al benchmark`."""
