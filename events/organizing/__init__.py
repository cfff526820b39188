"""What those who run an event do with its registrations, in the admin."""
