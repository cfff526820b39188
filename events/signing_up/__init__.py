"""Signing up for an event: the form, and the page of whoever has registered."""
