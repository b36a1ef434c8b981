"""The command line, the demo and the load simulator: the only place that knows both sides."""

__version__ = "0.1.0"
