"""What a Pi and a broker need besides the program, and two example halls; see README.md here."""
