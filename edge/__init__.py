"""The node of one hall: issues, calls, prints, speaks and shows, with or without a network."""
