"""Oracles: who answers the questions."""
