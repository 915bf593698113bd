"""Who uses the site meanwhile: editors, each with a text of their own, and readers who look at every page in turn."""

import re
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.datastructures import EnvironHeaders
from werkzeug.test import TestResponse

from bench.processes import FIREFOX
from tests.faults.site import HOST, MARKETING, TRANSLATION, Site
from tests.studio.browser import Editor, soup
from tests.studio.conftest import PASSWORD
from tests.studio.editors import EDIT, Writing
from tests.studio.translators import FRENCH, Translating

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATIENCE = 30.0
"""Seconds, for an answer and for a recovery: beyond any goal."""
NO_ANSWER = (502, 504)
"""What nginx says where no node has answered."""
RETRY_SECONDS = 0.05
CROWD = 4
"""Readers at a time."""
READER_PACE = 0.1
"""Seconds between two pages of one reader."""


class Browser(Editor):
    """The browser of the tests, over the network."""

    posted: TestResponse | None = None
    """The answer to the form that was sent last; None while there is none."""

    @classmethod
    def to(cls, port: int) -> "Browser":
        relay = Flask("relay")
        relay.config.update(SERVER_NAME=HOST)

        def forward(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            """Raises OSError or HTTPException where no whole answer came."""
            path = environ["PATH_INFO"] + (f"?{query}" if (query := environ["QUERY_STRING"]) else "")
            body = environ["wsgi.input"].read()
            with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
                connection.request(environ["REQUEST_METHOD"], path, body, dict(EnvironHeaders(environ)))
                answer = connection.getresponse()
                content = answer.read()
            start_response(f"{answer.status} {answer.reason}", answer.getheaders())
            return [content]

        relay.wsgi_app = forward  # type: ignore[method-assign]
        return cls(relay, TestResponse)

    def post(self, *args: Any, **kwargs: Any) -> TestResponse:
        self.posted = None
        self.posted = super().post(*args, **kwargs)
        return self.posted

    def page(self, path: str, email: str) -> TestResponse:
        """Signs in first, where the session has ended."""
        answer = self.get(path)
        if answer.status_code == 303 and answer.location.startswith("/studio/login"):
            self.fill_in("/studio/login", email=email, password=PASSWORD)
            answer = self.get(path)
        return answer


@dataclass
class Attempt:
    """Words that were sent: from when to when, by the monotonic clock, and the answer's status (0: none of ours)."""

    words: str
    began: float
    ended: float = 0.0
    status: int = 0
    gives_back: bool = True
    """Whether a refusal has the words on its page, to be sent again."""

    @property
    def is_saved(self) -> bool:
        return self.status == 303 and self.ended > 0


class Person(threading.Thread, ABC):
    """Does one thing after the other until `end` is called."""

    def __init__(self, pace: float) -> None:
        super().__init__(daemon=True)
        self._pace = pace
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self._pace):
            self.act()

    @abstractmethod
    def act(self) -> None: ...

    def end(self) -> None:
        self._ended.set()

    @property
    def is_over(self) -> bool:
        return self._ended.is_set()


class Editing(Person):
    """Saves one wording after the other, each of them unique; after a refusal opens the page anew, as one would."""

    email = MARKETING
    path = EDIT

    def __init__(self, site: Site, name: str, pace: float) -> None:
        super().__init__(pace)
        self.site, self.name = site, name
        self.attempts: list[Attempt] = []
        self._browser = Browser.to(site.port)

    def act(self) -> None:
        try:
            answer = self._browser.page(self.path, self.email)
        except (OSError, HTTPException, AssertionError):  # no form on the page for signing in
            answer = None
        if answer is None or answer.status_code != 200:
            sleep(RETRY_SECONDS)
            return
        attempt = Attempt(f"{self.name} {len(self.attempts)} end", monotonic())
        self.attempts.append(attempt)
        self._browser.posted = None
        with suppress(OSError, HTTPException):
            self.send(answer, attempt.words)
        posted = self._browser.posted
        if posted and posted.status_code not in NO_ANSWER:
            attempt.status = posted.status_code
            attempt.gives_back = posted.status_code == 303 or attempt.words in posted.get_data(as_text=True)
        attempt.ended = monotonic()

    def send(self, page: TestResponse, words: str) -> None:
        Writing(self._browser, soup(page), page).press(
            f"publish:{self.name}", False, **{f"{self.name}_headline": words}
        )


class Translator(Editing):
    """Of one message into French."""

    email = TRANSLATION

    def __init__(self, site: Site, name: str, pace: float) -> None:
        super().__init__(site, name, pace)
        self._browser.page(FRENCH, self.email)
        self.path = Translating.open(self._browser, name).path

    def send(self, page: TestResponse, words: str) -> None:
        Translating(self._browser, soup(page), page, self.path).save(words)


@dataclass
class Look:
    """At one page: when, by the monotonic clock, how many seconds it took, and the status; 0 without a whole answer."""

    at: float
    seconds: float
    status: int
    path: str


class Reading(Person):
    """On a connection that stays open, as browsers do."""

    def __init__(self, port: int, paths: Sequence[str], pace: float) -> None:
        super().__init__(pace)
        self.looks: list[Look] = []
        self._paths = cycle(paths)
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def act(self) -> None:
        path, began, status = next(self._paths), monotonic(), 0
        try:
            self._connection.request("GET", path, headers={"Host": HOST, "User-Agent": FIREFOX})
            answer = self._connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, HTTPException):
            self._connection.close()
        self.looks.append(Look(began, monotonic() - began, status, path))


@dataclass
class People:
    """All who are at the site, and what they have seen so far."""

    site: Site
    editors: list[Editing]
    readers: list[Reading]
    recoveries: list[float] = field(default_factory=list)

    @property
    def attempts(self) -> list[Attempt]:
        return [attempt for editor in self.editors for attempt in editor.attempts if attempt.ended]

    @property
    def acknowledged(self) -> list[Attempt]:
        return [attempt for attempt in self.attempts if attempt.is_saved]

    @property
    def looks(self) -> list[Look]:
        return [look for reader in self.readers for look in reader.looks]

    def statuses(self) -> Counter[int]:
        return Counter(look.status for look in self.looks)

    def recover(self, since: float | None = None) -> None:
        """Wait until everybody's next form is saved, and note the seconds: since a moment, else from now on."""
        since = since or monotonic()
        saved = [self._first_saved(editor, since) for editor in self.editors]
        self.recoveries.append(max(saved) - since)

    def _first_saved(self, editor: Editing, since: float) -> float:
        """The moment at which the first form that was sent after `since` was acknowledged; after PATIENCE infinity."""
        while monotonic() < since + PATIENCE:
            saved = [attempt.ended for attempt in editor.attempts if attempt.began >= since and attempt.is_saved]
            if saved:
                return saved[0]
            sleep(0.01)
        return float("inf")


@contextmanager
def people(
    site: Site, *, pace: float = 0.0, reader_pace: float = READER_PACE, clicks: Sequence[str] = ()
) -> Iterator[People]:
    """Four editors and some readers, until the block ends.

    Editors save as fast as they can, or one form in `pace` seconds. Readers follow `clicks` as well, which lead away.
    """
    editors = [
        Editing(site, "en", pace),
        Editing(site, "fr", pace),
        Translator(site, "Skip to content", pace),
        Translator(site, "All articles", pace),
    ]
    paths = [*pages(site.port), *clicks]
    readers = [Reading(site.port, paths[number:] + paths[:number], reader_pace) for number in range(CROWD)]
    everybody = [*editors, *readers]
    for person in everybody:
        person.start()
    try:
        yield People(site, editors, readers)
    finally:
        for person in everybody:
            person.end()
        for person in everybody:
            person.join()


def pages(port: int) -> list[str]:
    """Of the sitemap: every page of readers."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", "/sitemap.xml", headers={"Host": HOST})
        return re.findall(rf"<loc>http://{HOST}(/[^<]*)", connection.getresponse().read().decode())
