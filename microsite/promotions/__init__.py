"""A promotion, the words in force, where it stands, how often it was shown and followed."""
