"""The centre's database: tables (SQLAlchemy 2), opening it, and its Alembic migrations."""
