"""The configuration for Weblate fits the files that we have."""

import json

from microsite.config import ROOT
from microsite.content.site_file import read_site
from microsite.language.catalog import SOURCE_LANGUAGE
from microsite.language.po_file import catalog_path, template_path


def test_weblate_finds_our_catalogs_and_writes_them_as_we_do() -> None:
    """Every catalog and no other file, the template, no wrapping; it stops what we would refuse."""
    (component,) = json.loads((ROOT / "translations" / "weblate.json").read_text())
    site = read_site(ROOT / "site" / "site.toml")
    ours = {
        catalog_path(ROOT / "translations", one.id) for one in site.locales.values() if one.language != SOURCE_LANGUAGE
    }

    assert set(ROOT.glob(component["filemask"])) >= ours
    assert template_path(ROOT / "translations") == ROOT / component["new_base"]
    assert ("po", -1, "posix") == (
        component["file_format"],
        component["file_format_params"]["po_line_wrap"],
        component["language_code_style"],
    )
    assert {"python_format", "plurals", "xml-tags"} == set(component["enforced_checks"])
