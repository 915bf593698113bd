"""Editions: what a page is made of at one moment, tried before it is in force."""
