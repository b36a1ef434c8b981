"""Bookings (预约): who may have which place when, on every channel, and never one place twice."""
