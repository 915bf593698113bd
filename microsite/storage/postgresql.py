"""Connections to PostgreSQL that are given up when it does not answer."""

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus

from microsite.storage.timeouts import MAX_WAIT_SECONDS, seconds_left, timed_wait

_MS = int(MAX_WAIT_SECONDS * 1000)
CONNECTION = {
    "connect_timeout": f"{MAX_WAIT_SECONDS:.0f}",
    "tcp_user_timeout": str(_MS),
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
    # The database ends by itself what nobody waits for any more.
    "options": f"-c statement_timeout={_MS} -c lock_timeout={_MS} -c idle_in_transaction_session_timeout=60000",
}
"""What libpq is told, unless the operator's address says otherwise (PostgreSQL's manual, 34.1.2 and 20.11.1)."""
NO_TIMEOUTS = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0"


class BoundedConnection(psycopg.Connection[Any]):
    """One that waits for no answer longer than `timeouts` allows. libpq's own limits see a network that is silent only.

    A server process that was stopped, or a proxy that swallows what it is sent, has a network that acknowledges all.
    """

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Raises OperationalError, and closes the connection, when time is up."""
        with timed_wait():
            seconds = seconds_left() if timeout is None else min(timeout, seconds_left())
            try:
                return super().wait(gen, interval, seconds)
            except psycopg.OperationalError:
                if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                    self.close()  # in the midst of a statement: nobody can go on from there
                raise


def connect(*arguments: Any, **options: Any) -> BoundedConnection:
    """A new connection. Raises OperationalError where no time is left for one."""
    with timed_wait():
        if not seconds_left():
            raise psycopg.OperationalError("the database has not answered in time")
        return BoundedConnection.connect(*arguments, **options)
