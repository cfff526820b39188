"""The video service at which those with a seat are registered: its calls, what is due, webhook."""
