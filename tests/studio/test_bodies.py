"""Requests of the studio on their way in: they wait rather than fail, and nobody else waits for them."""

import io
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from microsite.runtime import runtime_of
from microsite.security_headers import ALWAYS, HSTS
from microsite.studio import admission
from microsite.studio.access import Role
from microsite.studio.admission import Admission, Slots
from microsite.threads import MAX_BODIES_READ, MAX_RUNNING, MAX_WAITING
from tests.studio.conftest import Editor, soup

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_WAIT_SECONDS = 10.0


class NeverEnding(io.BytesIO):
    """A body of which the rest does not come until the test says so."""

    def __init__(self, go_on: threading.Event, asked: threading.Semaphore) -> None:
        super().__init__(b"a=b")
        self._go_on = go_on
        self._asked = asked

    def read(self, size: int | None = -1, /) -> bytes:
        self._asked.release()
        assert self._go_on.wait(MAX_WAIT_SECONDS)
        return super().read(size)


class Work:
    """An app that is at work until the test says so; `asked` tells that somebody has come to it."""

    def __init__(self) -> None:
        self.go_on, self.asked = threading.Event(), threading.Semaphore(0)
        self.bodies: list[bytes] = []
        self.refused: list[object] = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        refused = environ.get(admission.REFUSED)
        self.refused.append(refused)
        if not refused:
            self.asked.release()
            assert self.go_on.wait(MAX_WAIT_SECONDS)
            self.bodies.append(environ["wsgi.input"].read())
        start_response("503 SERVICE UNAVAILABLE" if refused else "200 OK", [])
        return []


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def crowd(work: Work) -> Iterator[ThreadPoolExecutor]:
    """At the end of a test whoever is still at work goes home: nobody waits for them."""
    with ThreadPoolExecutor(80) as crowd:
        yield crowd
        work.go_on.set()


def send(gate: Admission, body: io.BytesIO | None = None, method: str = "POST", **more: str) -> str:
    environ = EnvironBuilder("/studio/login", method=method, data=b"a=b").get_environ()
    return run_wsgi_app(gate, {**environ, **more, "wsgi.input": body or environ["wsgi.input"]})[1]


def wait_for(asked: threading.Semaphore, times: int) -> None:
    for _ in range(times):
        assert asked.acquire(timeout=MAX_WAIT_SECONDS)


def test_thirty_people_at_once_are_all_served(work: Work, crowd: ThreadPoolExecutor) -> None:
    """Those who find no place wait for one: a form that came a moment too early is no form that was refused."""
    gate = Admission(work)
    answers = [crowd.submit(send, gate) for _ in range(31)]
    wait_for(work.asked, MAX_RUNNING)
    work.go_on.set()

    assert Counter({"200 OK": 31}) == Counter(answer.result() for answer in answers)
    assert [b"a=b"] * 31 == work.bodies


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_studio_takes_no_more_threads_than_are_its_own(
    work: Work, crowd: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Two are at work, forty wait; whoever comes beyond that is answered at once."""
    monkeypatch.setattr(admission, "MAX_WAIT_SECONDS", MAX_WAIT_SECONDS)
    gate = Admission(work)
    answers = [crowd.submit(send, gate, None, method) for _ in range(MAX_RUNNING + MAX_WAITING + 5)]
    at_once = [answer.result() for _, answer in zip(range(5), as_completed(answers, MAX_WAIT_SECONDS), strict=False)]
    assert ["503 SERVICE UNAVAILABLE"] * 5 == at_once
    work.go_on.set()

    assert MAX_RUNNING + MAX_WAITING == Counter(answer.result() for answer in answers)["200 OK"]


def test_an_answer_that_no_app_sees_has_the_headers_of_all_others() -> None:
    """What is said to whoever finds the studio full loads nothing, and is read as what it is."""
    gate = Admission(lambda environ, start_response: [], is_secure=True)
    gate._people = Slots(0, 0)
    _, status, headers = run_wsgi_app(gate, EnvironBuilder("/studio/login").get_environ())

    assert "503 SERVICE UNAVAILABLE" == status
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert {**ALWAYS, "Strict-Transport-Security": HSTS}.items() <= dict(headers).items()


def test_whoever_waits_in_vain_is_told_after_two_seconds(work: Work, crowd: ThreadPoolExecutor) -> None:
    """And no sooner: in between, a place mostly becomes free."""
    gate = Admission(work)
    for _ in range(MAX_RUNNING):
        crowd.submit(send, gate)
    wait_for(work.asked, MAX_RUNNING)
    began = monotonic()

    assert "503 SERVICE UNAVAILABLE" == send(gate)
    assert 1.9 < monotonic() - began < 4
    assert admission.BUSY == work.refused[-1]


def test_checks_while_typing_keep_no_save_out(work: Work, crowd: ThreadPoolExecutor) -> None:
    """What a script sends has a place of its own, and only that."""
    gate = Admission(work)
    checks = [crowd.submit(send, gate, None, "POST", HTTP_SEC_FETCH_MODE="cors") for _ in range(9)]
    wait_for(work.asked, 1)
    saves = [crowd.submit(send, gate, None, "POST", HTTP_SEC_FETCH_MODE="navigate") for _ in range(MAX_RUNNING)]
    wait_for(work.asked, MAX_RUNNING)
    work.go_on.set()

    assert ["200 OK"] * MAX_RUNNING == [save.result() for save in saves]
    assert 5 == Counter(check.result() for check in checks)["200 OK"]


def test_a_body_on_its_way_holds_no_place_at_work(
    work: Work, crowd: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many slow senders as there may be: pages are served meanwhile, and forms again once they are given up."""
    monkeypatch.setattr(admission, "MAX_BODY_SECONDS", 1.0)
    gate, never, asked = Admission(work), threading.Event(), threading.Semaphore(0)
    work.go_on.set()
    slow = [crowd.submit(send, gate, NeverEnding(never, asked)) for _ in range(MAX_BODIES_READ)]
    wait_for(asked, MAX_BODIES_READ)

    assert "200 OK" == send(gate, method="GET")
    assert "200 OK" == send(gate)
    assert ["503 SERVICE UNAVAILABLE"] * MAX_BODIES_READ == [future.result() for future in slow]
    assert MAX_BODIES_READ == work.refused.count(admission.INCOMPLETE)
    never.set()


@pytest.mark.parametrize(
    "cut_off", [{"CONTENT_LENGTH": "4"}, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}]
)
def test_a_form_that_was_cut_off_is_not_acted_upon(work: Work, cut_off: dict[str, str]) -> None:
    """Half of what somebody wrote would be saved; and of a body without a length nobody knows whether it is whole."""
    work.go_on.set()
    assert "503 SERVICE UNAVAILABLE" == send(Admission(work), None, "POST", **cut_off)
    assert [admission.INCOMPLETE] == work.refused


def test_senders_who_were_given_up_are_not_too_many(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each keeps a thread while it stays: beyond some hundreds, no body is looked at until they have gone."""
    monkeypatch.setattr(admission, "MAX_BODY_SECONDS", 0.01)
    monkeypatch.setattr(admission, "MAX_ABANDONED_BODIES", 3)
    never, asked = threading.Event(), threading.Semaphore(0)
    work.go_on.set()
    gate = Admission(work)
    for _ in range(5):
        send(gate, NeverEnding(never, asked))
    wait_for(asked, 3)
    assert not asked.acquire(blocking=False)
    never.set()
    monkeypatch.setattr(admission, "MAX_BODY_SECONDS", MAX_WAIT_SECONDS)
    end = monotonic() + MAX_WAIT_SECONDS
    while send(gate) != "200 OK":
        assert monotonic() < end


@pytest.mark.parametrize(("locale", "heading"), [("en", "Too much at once"), ("fr", "Trop à la fois")])
def test_a_form_that_found_no_place_comes_back_as_it_was_typed(
    app: Flask, sign_in: Callable[..., Editor], locale: str, heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the language of whoever sent it, to be sent again with one button, and without the database."""
    editor = sign_in(Role.MARKETING, locale=locale)
    store = runtime_of(app).store
    monkeypatch.setattr(store, "read", None)
    monkeypatch.setattr(store, "begin", None)
    answer = editor.post(
        "/studio/promotions/planet-freevpn/",
        data={"words_en-headline": "Nine moons"},
        environ_overrides={admission.REFUSED: admission.BUSY},
    )
    page = soup(answer)

    assert (503, "3") == (answer.status_code, answer.headers["Retry-After"])
    assert heading in page.get_text()
    assert "Nine moons" in page.get_text()
    assert page.select_one("[name=words_en-headline][value='Nine moons']")
