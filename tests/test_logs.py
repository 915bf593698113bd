"""What the log says of a fault: where in the program, never whose request."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/studio/join/s3cret", "studio.accept_invitation"),
        ("/fr/blog/actualites/s3cret/", "reader.article"),
        ("/s3cret?s3cret", ""),
    ],
)
def test_a_fault_is_logged_without_the_address(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, where: str
) -> None:
    """An address may hold the secret of an invitation, or what a reader wanted to know; the view and the trace do."""

    @app.before_request
    def fail() -> None:
        raise RuntimeError("a fault of ours")

    with caplog.at_level(logging.DEBUG):
        assert client.get(path).status_code == 500

    assert f"exception in {where}" in caplog.text
    assert "a fault of ours" in caplog.text
    assert "s3cret" not in caplog.text
