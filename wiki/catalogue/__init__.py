"""The catalogue of resources: lists, filters, one resource, import and export."""
