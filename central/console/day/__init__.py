"""A hall and a day: the figures, the tickets, and the story of each."""
