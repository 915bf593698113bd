"""Accounts of the studio: sign-in, invitations, passwords, second factor."""
