"""What is told to whom: notices, their words, watchers and alerts, relayed messages."""
