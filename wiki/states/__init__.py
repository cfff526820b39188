"""Policies by state: the map, and each state’s part of it."""
