"""Committees: how many nets a round trains, and which nets are asked where a strategy wants several opinions."""
