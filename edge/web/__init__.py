"""The node's local pages and HTTP interface."""
