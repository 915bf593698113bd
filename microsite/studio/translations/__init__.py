"""Translations: queue, message, files."""
