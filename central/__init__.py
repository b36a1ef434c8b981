"""The centre: takes in what the halls did, shows them live, and computes the figures."""
