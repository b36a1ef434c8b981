"""Alembic's scripts: one file a step; their sum is `Base.metadata`, proved by a test on both databases."""
