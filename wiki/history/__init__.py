"""The public history of pages and resources."""
