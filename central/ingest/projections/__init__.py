"""PURE: read models folded from events. `fold.fold` is the entrance; the projector loads and saves the rows."""
