"""Ports to the hardware, one file a driver, and their twins."""
