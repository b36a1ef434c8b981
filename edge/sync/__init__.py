"""The node's side of protocol.md."""
