"""Watching a page or resource by mail, without an account."""
