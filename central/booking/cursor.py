"""How far the bookings have followed what halls send: locked by whoever must not miss what comes next."""

from central.db.follower import Follower

BOOKINGS = Follower("bookings")
