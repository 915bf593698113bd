"""The server of `make run`: it holds the port and watches over a worker, which answers. SIGHUP renews the worker.

The next worker answers at the same port before the previous one ends: readers notice neither. This process imports
next to nothing of the site, nor granian: each worker loads both anew.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path
from time import sleep

from microsite.environment import settings_from_environment
from microsite.logs import set_up_logging

log = logging.getLogger("microsite.delivery.server")  # not `__main__`
MAX_END_SECONDS = 10
"""After SIGTERM, for what has begun: a form that is sent slowly would hold up the end for ever."""
LEAVE_SECONDS = 3
"""In which a worker that was renewed answers once more on each connection that it has: nginx.conf ends idle ones after
two, and whoever sends on one that is just being closed gets no answer."""
MAX_CONNECTIONS = 4096
"""Open at a time, slow ones included: each costs the server some kilobytes and no thread."""
FIRST_OF_SYSTEMD = 3
"""The number of the first socket that it passes on."""
MAX_UNACKNOWLEDGED_SECONDS = 20
"""For what was sent to be acknowledged, or taken by a client that has no room left (tcp(7): TCP_USER_TIMEOUT)."""


def bound(host: str, port: int) -> socket.socket:
    """The socket that all workers share: what one leaves in its queue the next one takes. Ends where it is taken.

    The first worker listens at it once it can answer: until then nginx is refused, and asks another node. Or systemd
    holds it, and whoever comes meanwhile waits (sd_listen_fds(3)).
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        listener = socket.socket(fileno=FIRST_OF_SYSTEMD)
    else:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            sys.exit(f"{host}:{port}: {error.strerror}. Choose another one: make run PORT={port + 1}")
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; connections inherit it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, MAX_UNACKNOWLEDGED_SECONDS * 1000)
    return listener


class Workers:
    """The worker that answers; the next one, while it starts; the previous ones, while they leave."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._running: set[Process] = set()
        self._asked = asyncio.Event()
        """Set by SIGHUP."""

    async def run(self) -> int:
        """Serve until SIGTERM or SIGINT, or until the worker ends by itself. Returns the exit status."""
        keeping = asyncio.create_task(self._keep())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        for ending in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(ending, keeping.cancel)
        try:
            return await keeping
        except asyncio.CancelledError:
            return 0
        finally:
            self._listener.close()
            await asyncio.gather(*map(self._end, self._running))

    async def _keep(self) -> int:
        worker = await self._started()
        while worker:
            renewal, end = (asyncio.ensure_future(each) for each in (self._asked.wait(), worker.wait()))
            await asyncio.wait({renewal, end}, return_when=asyncio.FIRST_COMPLETED)
            if end.done():
                renewal.cancel()
                break
            end.cancel()
            self._asked.clear()
            if following := await self._started():
                self._leaving = asyncio.create_task(self._leave(worker))  # else it would be collected as garbage
                worker = following
            else:
                log.error("worker-not-renewed: the next worker could not start; the previous one goes on")
        log.error("worker-ended: nobody had asked it to")
        return 1

    async def _started(self) -> Process | None:
        """A new worker that is ready to answer; None where it ended before."""
        when_ready, to_worker = os.pipe()
        descriptors = [self._listener.fileno(), to_worker]
        command = [sys.executable, "-u", "-m", "microsite.delivery.worker", *map(str, descriptors)]
        worker = await asyncio.create_subprocess_exec(*command, pass_fds=descriptors)
        self._running.add(worker)
        os.close(to_worker)
        if await asyncio.to_thread(_first_byte, when_ready):
            return worker
        await self._end(worker)
        return None

    async def _leave(self, worker: Process) -> None:
        worker.send_signal(signal.SIGHUP)
        await asyncio.sleep(LEAVE_SECONDS)
        await self._end(worker)

    async def _end(self, worker: Process) -> None:
        with suppress(ProcessLookupError):
            worker.terminate()
        try:
            await asyncio.wait_for(worker.wait(), MAX_END_SECONDS)
        except TimeoutError:
            worker.kill()
            await worker.wait()
        self._running.discard(worker)


def _first_byte(descriptor: int) -> bytes:
    """Waits for it. Empty where the other end was closed without one."""
    with open(descriptor, "rb", buffering=0) as pipe:
        return pipe.read(1)


def renew(pid: int) -> None:
    """Have the server with this process id start a new worker (Linux).

    Returns once the previous one has ended; ends with a sentence where the new one cannot start.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children")
    before = children.read_text().split()
    os.kill(pid, signal.SIGHUP)
    has_begun = False
    while set(before) <= set(now := children.read_text().split()):
        if has_begun and now == before:
            sys.exit("The new worker could not start; the previous one goes on. The log says why.")
        has_begun = now != before
        sleep(0.02)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--renew", type=int, metavar="PID", help="renew the worker of a server that runs")
    options = parser.parse_args()
    if options.renew:
        renew(options.renew)
    else:
        set_up_logging("json" if settings_from_environment().get("log") == "json" else "text")
        sys.exit(asyncio.run(Workers(bound(options.host, options.port)).run()))


if __name__ == "__main__":
    main()
