"""Backups: written from any database, read back as data from outside."""
