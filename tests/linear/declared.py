"""What may be sent to the site, with the longest ordinary size of each in characters: a row for every entry.

A route's variable, a query parameter, a form's field, a header, a kind of file or a command's argument without a row
fails in `test_linear.py`. Add a line here: its size, and where it is sent.
"""

ADDRESS, WORDS, NAME = 100, 300, 60

ROUTES = {
    "/static/<static_file_name:filename>": {"filename": NAME},
    "/<locale:tag>/share/<key>-<name>.png": {"key": ADDRESS, "name": NAME},
    "/<locale:tag>/": {"tag": NAME},
    "/<locale:tag>/blog/page/<int:number>/": {"number": NAME},
    "/<locale:tag>/blog/<category>/": {"category": ADDRESS},
    "/<locale:tag>/blog/<category>/feed.atom": {"category": ADDRESS},
    "/<locale:tag>/blog/<category>/page/<int:number>/": {"category": ADDRESS, "number": NAME},
    "/<locale:tag>/blog/<category>/<slug>/": {"category": ADDRESS, "slug": ADDRESS},
    "/<locale:tag>/<slug>/": {"slug": ADDRESS},
    "/<locale:tag>/<slug>/feed.atom": {"slug": ADDRESS},
    "/sitemap-<int:number>.xml": {"number": NAME},
    "/<locale:tag>/go/<promotion>/<key>/<placement>/<wording>": {
        "promotion": ADDRESS,
        "key": ADDRESS,
        "placement": NAME,
        "wording": NAME,
    },
    "/studio/accounts/<int:number>": {"number": NAME},
    "/studio/accounts/<int:number>/reset": {"number": NAME},
    "/studio/accounts/<int:number>/end": {"number": NAME},
    "/studio/accounts/<int:number>/sign-out": {"number": NAME},
    "/studio/figures/<promotion>/<locale:shown>/": {"promotion": ADDRESS, "shown": NAME},
    "/studio/figures/<promotion>/<locale:shown>/figures.csv": {"promotion": ADDRESS, "shown": NAME},
    "/studio/preview/<token>/": {"token": 2000},
    "/studio/preview/<token>/<path:path>": {"token": 2000, "path": ADDRESS},
    "/studio/promotions/<key>/history/<tag>/": {"key": ADDRESS, "tag": NAME},
    "/studio/promotions/<key>/": {"key": ADDRESS},
    "/studio/promotions/<key>/definition/": {"key": ADDRESS},
    "/studio/promotions/<key>/catalog/": {"key": ADDRESS},
    "/studio/promotions/<key>/compare/": {"key": ADDRESS},
    "/studio/promotions/<key>/compare/end/": {"key": ADDRESS},
    "/studio/promotions/<key>/pause/": {"key": ADDRESS},
    "/studio/promotions/<key>/unpause/": {"key": ADDRESS},
    "/studio/promotions/<key>/unschedule/<int:number>/": {"key": ADDRESS, "number": NAME},
    "/studio/promotions/<key>/end/": {"key": ADDRESS},
    "/studio/promotions/<key>/file/": {"key": ADDRESS},
    "/studio/promotions/<key>/resume/": {"key": ADDRESS},
    "/studio/join/<secret>": {"secret": ADDRESS},
    "/studio/translations/<tag>/": {"tag": NAME},
    "/studio/translations/<tag>/messages/<id>/": {"tag": NAME, "id": NAME},
    "/studio/translations/<tag>/messages.po": {"tag": NAME},
    "/studio/translations/<tag>/upload/": {"tag": NAME},
    "/studio/translations/<tag>/uploads/<int:number>/": {"tag": NAME, "number": NAME},
}
"""Route: its variables. The language of readers' pages is tried on one of them."""

QUERIES = {
    "copy": (ADDRESS, "/studio/promotions/new_promotion/"),
    "before": (NAME, "/studio/audit"),
    "excerpt": (NAME, "/studio/preview/x/"),
    "from": (NAME, "/studio/promotions/planet-freevpn/"),
    "moment": (NAME, "/studio/promotions/"),
    "mine": (NAME, "/studio/translations/fr/"),
    "next": (ADDRESS, "/studio/login"),
    "on": (ADDRESS, "/studio/translations/fr/"),
    "page": (NAME, "/studio/translations/fr/"),
    "q": (ADDRESS, "/studio/translations/fr/"),
    "readers": (NAME, "/studio/translations/fr/"),
    "saved": (ADDRESS, "/studio/promotions/planet-freevpn/"),
    "show": (NAME, "/studio/translations/fr/"),
    "sort": (NAME, "/studio/figures/"),
    "since": (NAME, "/studio/figures/"),
    "until": (NAME, "/studio/figures/"),
}
"""Parameter: its size, and a page that reads it."""

PROMOTION, MESSAGE, PASSWORD = "/studio/promotions/planet-freevpn/", "/studio/translations/fr/messages/{id}/", 64
FIELDS = {
    "SignInCodeForm": ("/studio/login/code", {"code": NAME, "pending_form": 4000, "next": ADDRESS}),
    "DefinitionForm": (
        "/studio/promotions/planet-freevpn/definition/",
        {
            "name": NAME,
            "advertiser": NAME,
            "target": ADDRESS,
            "utm_source": NAME,
            "utm_medium": NAME,
            "utm_campaign": NAME,
            "placements": NAME,
            "categories": NAME,
            "articles": ADDRESS,
            "not_articles": ADDRESS,
            "precedence": NAME,
            "goal": NAME,
            "begin": NAME,
            "until": NAME,
            "note": WORDS,
            "based_on": NAME,
        },
    ),
    "EditorForm": (
        PROMOTION,
        {
            "when": NAME,
            "live_from": NAME,
            "live_until": NAME,
            "afterwards": NAME,
            "note": WORDS,
            "where": ADDRESS,
            "tab": NAME,
        },
    ),
    "CompareForm": (f"{PROMOTION}compare/", {"days": NAME, "note": WORDS}),
    "ActionForm": (f"{PROMOTION}catalog/", {"languages": NAME, "seen": NAME, "note": WORDS, "confirmed": WORDS}),
    "PauseForm": (
        f"{PROMOTION}pause/",
        {"languages": NAME, "seen": NAME, "until": NAME, "note": WORDS, "confirmed": WORDS},
    ),
    "PreviewLinkForm": ("/studio/promotions/preview_links/", {"moment": NAME}),
    "EndInvitationForm": ("/studio/accounts/invitations/end", {"email": ADDRESS, "confirm": NAME}),
    "InviteForm": ("/studio/accounts", {"email": ADDRESS, "role": NAME}),
    "AcceptInvitationForm": (
        "/studio/join/{secret}",
        {
            **{"email": ADDRESS, "locale": NAME, "timezone": NAME, "code": NAME},
            **{"new_password": PASSWORD, "again_password": PASSWORD},
        },
    ),
    "ContinueForm": ("/studio/login", {"pending_form": 4000, "next": ADDRESS}),
    "ChangePasswordForm": (
        "/studio/account/password",
        {"password": PASSWORD, "code": NAME, "new_password": PASSWORD, "again_password": PASSWORD},
    ),
    "PreferencesForm": ("/studio/account", {"locale": NAME, "timezone": NAME}),
    "ReauthenticationForm": ("/studio/account/second-factor/remove", {"code": NAME, "password": PASSWORD}),
    "EndSessionsForm": ("/studio/account/sessions", {"ended": NAME, "code": NAME, "password": PASSWORD}),
    "RoleForm": ("/studio/accounts/1", {"role": NAME}),
    "AddSecondFactorForm": ("/studio/account/second-factor", {"code": NAME, "password": PASSWORD}),
    "SignInForm": ("/studio/login", {"email": ADDRESS, "password": PASSWORD, "pending_form": 4000, "next": ADDRESS}),
    "ConfirmForm": ("/studio/accounts/1/end", {"confirm": NAME}),
    "MessageForm": (
        MESSAGE,
        {"words": 1000, "note": WORDS, "based_on": NAME, "seen": 1000, "also": NAME, "known": NAME},
    ),
    "WordsForm": (
        PROMOTION,
        {
            "headline": WORDS,
            "text": WORDS,
            "button": WORDS,
            "based_on": NAME,
            "start": NAME,
            "confirmed": WORDS,
            "chosen": NAME,
        },
    ),
}
"""Form: where it is sent, and its fields."""
SENT_AS = {"WordsForm": "words_en-{}", "MessageForm": "words-0"}
"""How the fields of a form within another are named."""
RAW_FIELDS = {
    "based_on": (NAME, MESSAGE),
    "do": (NAME, PROMOTION),
    "revision": (NAME, MESSAGE),
    "take": (NAME, MESSAGE),
}
"""Fields that a view reads by itself."""

HEADERS = {
    "Accept": 200,
    "Accept-Encoding": 60,
    "Accept-Language": 120,
    "Cookie": 1000,
    "Host": NAME,
    "If-Modified-Since": NAME,
    "If-None-Match": 200,
    "Origin": NAME,
    "Range": NAME,
    "Referer": WORDS,
    "Sec-Fetch-Dest": NAME,
    "Sec-Fetch-Site": NAME,
    "User-Agent": WORDS,
    "X-Forwarded-For": ADDRESS,
    "X-Forwarded-HTTP": NAME,
    "X-Forwarded-TLS": NAME,
    "X-Forwarded-Host": NAME,
}

FILES = {
    "article": 6000,
    "page": 6000,
    "Site": 3000,
    "PromotionFile": 500,
    "_File": 3000,
    "Verification": 6000,
    "catalog": 20_000,
    "drawing": 3000,
}
"""Kinds of files. `_File` is what `claims.toml` holds. Templates are programs: who writes one writes Python as well."""

COMMANDS = {
    "accounts invite": {"email": ADDRESS, "role": NAME},
    "accounts reset": {"email": ADDRESS},
    "locale add": {"identifier": NAME},
    "locale remove": {"identifier": NAME},
    "catalogs status": {"as_json": 0},
    "catalogs update": {"force": 0},
    "promotions write": {"key": NAME},
    "export": {"folder": 0, "base_url": 0, "go_base": 0, "share_images": 0},
    "verify": {"target": 0, "as_json": 0, "browser": 0, "only": 0, "keep": 0},
    "backup": {"file": 0},
    "restore": {"file": 0},
}
"""Command: its arguments. 0: a switch, or a path, which the system bounds at 4,096 bytes."""
