"""Locales, message catalogs, dates and typography."""
