"""The one stylesheet, inlined into every page so that a page is one request."""

import re
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from microsite.delivery.headers import csp_hash


class Stylesheet:
    """`text` is the file without comments and indentation; `hash` is what the Content-Security-Policy names."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def text(self) -> Markup:
        css = re.sub(r"/\*.*?\*/", "", self.path.read_text(encoding="utf-8"), flags=re.DOTALL)
        # Our own file, not data: Markup so that its quotes and child combinators stay as they are.
        return Markup("".join(line.strip() for line in css.splitlines()))

    @cached_property
    def hash(self) -> str:
        return csp_hash(self.text)
