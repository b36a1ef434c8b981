"""Programs that book: their keys, and what their servers are told."""
