"""Slips and papers: what is printed when, in which words, and what becomes of it when the printer fails."""
