"""Upkeep of tags and topics: their forms and lists in the admin, renaming, merging, retiring."""
