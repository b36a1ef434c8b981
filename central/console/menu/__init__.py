"""The menu of the console: its entries with how much work waits behind each."""
