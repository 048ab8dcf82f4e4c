"""Many runs, paired and compared: the tables, tests and figures of `gesture-al benchmark`."""
