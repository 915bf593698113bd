"""`make faults`: what may happen to the site happens to it, while people edit and read. Linux alone."""
