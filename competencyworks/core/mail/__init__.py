"""Mail that is written with what caused it, and sent by the worker."""
