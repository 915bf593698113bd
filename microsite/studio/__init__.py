"""The studio: where accounts change words and see what they did. Its own pages, cookie and policy, under `/studio/`."""

from flask import Flask


def init_studio(app: Flask) -> None:
    """Add the studio's routes, policy and error pages."""
    # Here and not above: whoever imports one module of the studio, as backups do, does not load all of them.
    from microsite.studio import audit_page, errors, layout, security, today  # noqa: F401
    from microsite.studio.accounts import accept_invitation, admin, own_account, own_sessions, sign_in  # noqa: F401
    from microsite.studio.blueprint import studio
    from microsite.studio.figures import figures  # noqa: F401
    from microsite.studio.promotions import compare, definition, desk, editor, on_page, preview_pages, window_actions  # noqa: F401
    from microsite.studio.translations import catalog_file, message, queue, uploads  # noqa: F401

    app.register_blueprint(studio)
    security.init_security(app)
    layout.init_layout(app)
    errors.init_errors(app)
