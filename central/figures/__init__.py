"""What the formulas of central/metrics need, read from the tables, and the figures that are published."""
