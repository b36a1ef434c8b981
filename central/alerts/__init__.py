"""Told, not only shown: who is named for a hall hears when something is wrong there."""
