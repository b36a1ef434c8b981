"""From the broker into the database: store once, commit, acknowledge; then fold into read models."""
