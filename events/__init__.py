"""Events: a room that is still empty."""
