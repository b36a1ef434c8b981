"""What customers are told: the outbox, the words, and the ways a message takes (M9)."""
