"""Probabilities to questions to labels: strategies, oracles, stopping rules, the loop and the folder of a run."""
