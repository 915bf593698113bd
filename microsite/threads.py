"""How many of the server's threads readers and the studio may take.

A thread waits for whatever its request waits for: so requests that may wait long get few threads.
"""

READER_THREADS = 8
"""Threads that stay free for readers, whatever the studio waits for."""
MAX_RUNNING, MAX_WAITING = 2, 40
"""Requests of the studio that are worked on and that wait, at a time: thirty people may sign in at once."""
MAX_CHECKS_RUNNING, MAX_CHECKS_WAITING = 1, 4
"""The same of the requests that the studio's scripts send while somebody types: they keep no page or save waiting."""
MAX_BODIES_READ = 4
"""Bodies of forms that are read at a time, by requests that wait."""
STUDIO_THREADS = MAX_RUNNING + MAX_WAITING + MAX_CHECKS_RUNNING + MAX_CHECKS_WAITING
"""Threads that the whole studio takes at most."""
MAX_ABANDONED_BODIES = 300
"""Bodies that no request waits for any more, while their senders are still connected: two threads each until then."""
