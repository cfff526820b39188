"""The picture library: what may enter it, and the sizes that browsers are offered."""
