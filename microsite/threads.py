"""How the server's threads are shared out. Each waits for what it has begun: whoever may wait long gets few of them."""

READERS = 8
"""That the studio cannot take, whatever it waits for."""
AT_ONCE, MAX_WAITING = 2, 40
"""Requests of the studio that are worked on, and that wait: thirty people who sign in at once are not refused."""
CHECKS_AT_ONCE, MAX_CHECKS_WAITING = 1, 4
"""The same of those that a script sends while somebody types: they never keep a page or a save out."""
BODIES_AT_ONCE = 4
"""Bodies of forms that are read at the same time, by those who wait."""
STUDIO = AT_ONCE + MAX_WAITING + CHECKS_AT_ONCE + MAX_CHECKS_WAITING
"""What all of the studio takes at most."""
MAX_ABANDONED_BODIES = 300
"""Bodies that nobody waits for any more, whose senders are still there. Each has two threads until they have gone."""
