"""Comments: what is said under an item, and what becomes of it."""
