"""A hall's calling rules in words, and changing them."""
