"""Bookings in the demo: who books, over which channel, what goes wrong with it, and when the customer comes."""
