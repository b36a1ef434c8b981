"""The booking figures: what is asked for, charts, tables, the page."""
