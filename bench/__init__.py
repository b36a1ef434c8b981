"""How fast Hallkeeper is, each figure beside the raw limit of the same run. `python -m bench --help`."""
