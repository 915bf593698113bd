"""Promotions: desk, editor, preview."""
