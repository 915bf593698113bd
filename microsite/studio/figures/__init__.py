"""Figures: what promotions were shown and followed."""
