"""The lists of everything the centre holds: to search, filter and export, never to change."""
