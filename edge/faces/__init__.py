"""Everything a person can see or hear, as pure functions of state and event."""
