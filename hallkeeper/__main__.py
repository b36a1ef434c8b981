"""`python -m hallkeeper`."""

from hallkeeper.cli import app

app()
