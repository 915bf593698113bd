"""Imports run one way: each package knows the ones below it alone, and no two modules know each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

from microsite.config import ROOT

LAYERS = [
    {
        "clock",
        "config",
        "security_headers",
        "disk",
        "environment",
        "faults",
        "logs",
        "numbers",
        "regular_files",
        "secret_key",
        "static_files",
        "text",
        "threads",
    },
    {"storage"},
    {"language"},
    {"content"},
    {"promotions"},
    {"catalog_tools"},
    {"addresses"},
    {"editions"},
    {"runtime"},
    {"messages"},
    {"reader"},
    {"studio"},
    {"backup"},
    {"delivery"},
    {"verify"},
    {"cli"},
    {"app"},
]
"""Packages and single modules of `microsite`, lowest first: each imports from its own layer and those below."""


def _imports(path: Path) -> Iterator[str]:
    """The modules of ours that a module imports, wherever in it: within a function and for types alone as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else str(node.module)


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _package(module: str) -> str:
    return module.removeprefix("microsite.").partition(".")[0]


FILES = [
    ROOT / "app.py",
    # Migrations are nobody's modules: Alembic runs them once, from above.
    *(path for path in sorted((ROOT / "microsite").rglob("*.py")) if path.parent.name != "versions"),
]
MODULES = {_name(path): path for path in FILES}
GRAPH = {module: {name for name in _imports(path) if name in MODULES} for module, path in MODULES.items()}


def test_packages_import_from_below_alone() -> None:
    """A new package has its layer."""
    level = {package: number for number, layer in enumerate(LAYERS) for package in layer}
    pairs = {(_package(module), _package(name)) for module, names in GRAPH.items() for name in names}

    assert {package for package in map(_package, GRAPH) if package != "microsite"} == set(level)
    assert not {(importer, name) for importer, name in pairs if level[importer] < level[name]}


def test_what_looks_at_the_site_shares_no_code_with_it() -> None:
    """A check that did would share its errors."""
    assert {_package(name) for module in GRAPH if _package(module) == "verify" for name in GRAPH[module]} == {"verify"}


def _reached(module: str) -> set[str]:
    """Every module that this one imports, and that those import, and so on."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        names = GRAPH[waiting.pop()] - reached
        reached |= names
        waiting += names
    return reached


def test_no_two_modules_import_each_other() -> None:
    """Nor do three or more in a circle: whatever one reads builds on what can be read before it."""
    mutual = {(module, name) for module, names in GRAPH.items() for name in names if module in GRAPH[name]}

    assert not mutual
    assert not {module for module in GRAPH if module in _reached(module)}
