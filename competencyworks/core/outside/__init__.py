"""Requests to the outside: the one way out, and what it refuses."""
