"""A network between the site and its database, on loopback, that can be cut and can swallow what it is sent."""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

NO_LINGER = struct.pack("ii", 1, 0)
"""For SO_LINGER: closing sends a reset."""


class Proxy:
    """From a port of this machine to a PostgreSQL's socket. Any thread may use `cut`, `swallow` and `forward`."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._connections: set[asyncio.StreamWriter] = set()
        server = self._loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.port: int = server.sockets[0].getsockname()[1]

    def run(self) -> None:
        self._loop.run_forever()

    def cut(self) -> None:
        """Reset all connections there are. New ones are taken."""
        self._do(self._abort)

    def swallow(self) -> None:
        """Nothing arrives any more, in either direction; whoever connects is not answered. Nobody is told."""
        self._do(self._flowing.clear)

    def forward(self) -> None:
        """What was swallowed arrives now, as after TCP has sent it again."""
        self._do(self._flowing.set)

    def end(self) -> None:
        self._do(self._loop.stop)

    def _abort(self) -> None:
        for writer in self._connections:
            writer.transport.abort()

    def _do(self, work: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(work)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client: socket.socket = writer.get_extra_info("socket")
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        await self._flowing.wait()
        with suppress(OSError):
            other_reader, other_writer = await asyncio.open_unix_connection(self._target)
            both = {writer, other_writer}
            self._connections |= both
            await asyncio.gather(self._pump(reader, other_writer), self._pump(other_reader, writer))
            self._connections -= both
        writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@contextmanager
def run_proxy(target: str) -> Iterator[Proxy]:
    proxy = Proxy(target)
    thread = threading.Thread(target=proxy.run, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.end()
        thread.join()
