"""Rich text: the field, its editor, the one cleaner, and what pages show of a text."""
