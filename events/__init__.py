"""Events: webinars, conferences, meetings, deadlines; their pages, calendars and registrations."""
