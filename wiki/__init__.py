"""The wiki: a room that is still empty."""
