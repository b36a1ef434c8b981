"""Accounts, logging in, and the audit trail."""
