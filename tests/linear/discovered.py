"""What may be sent to the site, as its code says: found by walking it, so that nothing is forgotten."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
from flask import Flask
from wtforms import Form
from wtforms.fields.core import UnboundField

from microsite.config import ROOT
from microsite.content.kinds import KINDS
from microsite.studio.figures.period_choice import PeriodForm
from microsite.studio.promotions.preview_links import AsOfForm

NUMBERS = {"args": "number_in_query", "form": "number_in_form"}
"""The functions of `studio/fields.py` that read a number from a part of the request."""
LANGUAGE = "/<locale:tag>/"
IN_ADDRESSES = {AsOfForm, PeriodForm}
"""Forms that are sent with GET: their fields are query parameters."""


def routes(app: Flask) -> dict[str, set[str]]:
    """The variables of each route that has any in its address; the language of readers' pages in `LANGUAGE` alone."""
    variables_by_rule: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        address = rule.rule if rule.rule == LANGUAGE else rule.rule.removeprefix(LANGUAGE)
        if variables := {name for name in rule.arguments if re.search(rf"[<:]{name}>", address)}:
            variables_by_rule.setdefault(rule.rule, set()).update(variables)
    return variables_by_rule


def forms() -> dict[str, set[str]]:
    """The fields of each form that is posted; those it inherits are in it."""
    fields_by_form = {form.__name__: set(fields(form)) for form in _ours(Form) if form not in IN_ADDRESSES}
    return {name: names for name, names in fields_by_form.items() if names}


def fields(form: type[Form]) -> Iterator[str]:
    return (name for name in dir(form) if isinstance(getattr(form, name, None), UnboundField))


def _ours(form: type[Form]) -> Iterator[type[Form]]:
    for inner in form.__subclasses__():
        # Pages that were asked for before have made forms of their own, of as many languages as the site has.
        if inner.__module__.startswith("microsite.") and not any(name.startswith("words_") for name in dir(inner)):
            yield inner
        yield from _ours(inner)


def asked_for(part: str) -> set[str]:
    """The names that our code asks a part of the request for: `request.args.get("q")`, `"q" in request.args`."""
    nodes = [node for tree in _modules() for node in ast.walk(tree)]
    return {name for node in nodes for name in _names(node, f"request.{part}", NUMBERS.get(part, ""))}


def _names(node: ast.AST, part: str, function: str) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=called), args=[ast.Constant(value=str(name)), *_]):
            if called == function:
                yield name
        case ast.Call(
            func=ast.Attribute(value=asked, attr="get" | "getlist"), args=[ast.Constant(value=str(name)), *_]
        ):
            if ast.unparse(asked) == part:
                yield name
        case ast.Compare(left=ast.Constant(value=str(name)), comparators=[asked]):
            if ast.unparse(asked) == part:
                yield name


def file_kinds() -> set[str]:
    """The kinds of texts, the models of TOML files, catalogs, and drawings."""
    models = {
        ast.unparse(node.args[1])
        for tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "read_toml"
    }
    return {*KINDS, *models, "catalog", "drawing"}


def commands(app: Flask) -> dict[str, set[str]]:
    """The arguments of each of our commands that has any; Flask's own (run, shell, routes) are developers'."""
    parameters = {}
    for name, command in _walk(app.cli, ""):
        if command.params and command.callback and _is_ours(command):
            parameters[name.strip()] = {str(parameter.name) for parameter in command.params}
    return parameters


def _walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    for part, inner in command.commands.items():
        yield from _walk(inner, f"{name} {part}")


def _is_ours(command: click.Command) -> bool:
    return Path(command.callback.__code__.co_filename).is_relative_to(ROOT) or hasattr(  # type: ignore[union-attr]
        command.callback, "__wrapped__"
    )


@cache
def _modules() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "microsite").rglob("*.py"))]
