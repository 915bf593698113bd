"""One answer, always the same, behind granian set up as ours: the most that any app behind granian can reach."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces

from microsite.delivery.server import MAX_CONNECTIONS
from microsite.delivery.worker import HEADERS
from microsite.threads import READER_THREADS, STUDIO_THREADS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
SAID = [(name, value) for name, value in json.loads(os.environ["BENCH_HEADERS"])]
"""The headers of the app's answer: granian takes time for each."""


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    start_response("200 OK", SAID)
    return [BODY]


def main() -> None:
    Granian(
        "bench.fixed:app",
        interface=Interfaces.WSGI,
        port=int(os.environ["BENCH_PORT"]),
        blocking_threads=READER_THREADS + STUDIO_THREADS,
        backlog=MAX_CONNECTIONS,
        backpressure=MAX_CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HEADERS,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]  # as in the app's server
    ).serve()


if __name__ == "__main__":
    main()
