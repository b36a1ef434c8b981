"""The figures the regulations ask for (requirements.md §9). PURE: no clock, no database, no rounding before the end."""
