"""Bodies on their way in: two at a time, and nobody else waits for them."""

import io
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from werkzeug.test import EnvironBuilder, run_wsgi_app

from microsite.delivery.bodies import AT_ONCE, BodyGate

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 10.0


class Slowly(io.BytesIO):
    """A body of which the rest never comes until the test says so."""

    def __init__(self, go_on: threading.Event, asked: threading.Semaphore) -> None:
        super().__init__(b"a=b")
        self._go_on = go_on
        self._asked = asked

    def read(self, size: int | None = -1, /) -> bytes:
        self._asked.release()
        assert self._go_on.wait(PATIENCE)
        return super().read(size)


def send(app: BodyGate, body: io.BytesIO | None = None) -> str:
    environ = EnvironBuilder("/studio/login", method="POST", data=b"a=b").get_environ()
    return run_wsgi_app(app, {**environ, "wsgi.input": body or environ["wsgi.input"]})[1]


def test_the_third_that_is_still_being_read_is_asked_to_come_again() -> None:
    """Else a handful of slow senders would hold every thread, and readers would wait."""
    go_on, asked = threading.Event(), threading.Semaphore(0)

    def work(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ["wsgi.input"].read()
        start_response("200 OK", [])
        return []

    gate = BodyGate(work)
    with ThreadPoolExecutor(AT_ONCE) as slow:
        waiting = [slow.submit(send, gate, Slowly(go_on, asked)) for _ in range(AT_ONCE)]
        for _ in waiting:
            assert asked.acquire(timeout=PATIENCE)
        assert "503 SERVICE UNAVAILABLE" == send(gate)
        go_on.set()
        assert ["200 OK"] * AT_ONCE == [one.result() for one in waiting]
    assert "200 OK" == send(gate)


def test_a_body_that_nobody_reads_keeps_no_place() -> None:
    """A page may answer without looking at the form: the next one is taken all the same."""

    def work(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        start_response("200 OK", [])
        return []

    gate = BodyGate(work)
    assert ["200 OK"] * 5 == [send(gate) for _ in range(5)]
