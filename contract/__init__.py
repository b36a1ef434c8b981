"""What a hall's node and the centre both speak. Imports neither of them, and no clock, file or socket."""
