"""Master data (M1): what can be done where, what to bring, who answers for what. One way to keep it."""
