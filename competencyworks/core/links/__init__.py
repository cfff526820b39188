"""The graph of links: what every kind of content leads to, inside and outside."""
