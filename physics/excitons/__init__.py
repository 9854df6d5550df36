"""Exciton states of dots and of the molecules they form."""
