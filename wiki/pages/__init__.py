"""Topic pages: reading, the tree, renaming, what is new, what is stale."""
