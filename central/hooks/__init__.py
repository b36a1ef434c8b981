"""Webhooks: what became of a partner's bookings, told to its own server, signed (Standard Webhooks)."""
