"""Trainers: from labelled clips to the weights of a net; one file each."""
