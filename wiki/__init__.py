"""The wiki: topic pages, and the catalogue of the field's resources."""
