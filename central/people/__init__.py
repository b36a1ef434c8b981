"""Staff and their rights: roles, which halls somebody works for, and the one door to a customer's unmasked details."""
