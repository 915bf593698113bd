"""Pydantic's errors in sentences for writers: which field, what is wrong with it, what to do."""

from collections.abc import Callable, Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from microsite.faults import Fault, Faults


def line_of(lines: dict[str, int], *keys: object) -> int:
    """The line of a dotted key, else of the nearest key around it, else 1."""
    parts = [str(key) for key in keys]
    for end in range(len(parts), 0, -1):
        if line := lines.get(".".join(parts[:end])):
            return line
    return 1


Model = TypeVar("Model", bound=BaseModel)
_SENTENCES = {
    "string_too_short": "is empty. Fill it in.",
    "string_too_long": "has more than {max_length} characters. Shorten it.",
    "too_long": "has more than {max_length} entries. Take some out.",
    **dict.fromkeys(("bool_type", "bool_parsing"), "is `true` or `false`. Write one of them."),
    **dict.fromkeys(("literal_error", "enum"), "is not {expected}. Write one of these."),
    **dict.fromkeys(("tuple_type", "list_type"), "is not a list. Write [one, two], or each on a line `- one`."),
}
"""What follows the name of the field, by pydantic's type of the error, with values of its context."""


def validated(
    path: Path, model: type[Model], data: object, lines: dict[str, int], message: Callable[[Any, type[Model]], str]
) -> Model:
    """The fields of a file as `model`; `lines` has the line of each, `message` words each of pydantic's errors.

    Raises Faults.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = [Fault(path, line_of(lines, *detail["loc"]), message(detail, model)) for detail in error.errors()]
        raise Faults(faults) from error


def validation_message(detail: Any, model: type[BaseModel], hidden: Collection[str] = ()) -> str:
    """A sentence for one of the errors of `model`; fields that no writer fills in are `hidden`, and not suggested.

    Which item of a list it is says the line, not the sentence.
    """
    keys = [str(key) for key in detail["loc"]]
    field = f"`{'.'.join(key for key in detail['loc'] if isinstance(key, str))}`"
    if sentence := _SENTENCES.get(detail["type"]):
        return f"{field} {sentence.format_map(detail.get('ctx', {}))}"
    match detail["type"]:
        case "missing":
            info = _model_at(model, keys[:-1]).model_fields.get(keys[-1])
            return f"{field} is missing. Add {info.description if info and info.description else 'it'}."
        case "extra_forbidden":
            near = get_close_matches(keys[-1], _names(_model_at(model, keys[:-1])) - set(hidden), n=1)
            return f"{field} is not a field here. " + (f"Did you mean `{near[0]}`?" if near else "Remove it.")
        case "value_error":
            return f"{field}: {detail['msg'].removeprefix('Value error, ')}."
        case "string_type":
            return _not_text(field, detail["input"])
        case "model_type" | "dict_type":
            names = ", ".join(sorted(_names(_model_at(model, keys))))
            return f"{field} has fields of its own: {names}. Write them below it."
        case kind if kind.startswith(("datetime_", "timezone_")):
            return f"{field} is no moment with a time zone. Write 2026-12-24T09:00:00+01:00."
        case _:
            return f"{field}: {detail['msg']}. Mend this line."


def _not_text(field: str, value: object) -> str:
    if value is None:
        return f"{field} is empty. Fill it in."
    if isinstance(value, list | dict):
        return f"{field} is one text. Write it without brackets or fields below."
    return f"{field} needs quotes: it is text."


def _names(model: type[BaseModel]) -> set[str]:
    """The names of the fields in files."""
    return {info.alias or name for name, info in model.model_fields.items()}


def _model_at(model: type[BaseModel], keys: list[str]) -> type[BaseModel]:
    """The model inside `model` that `keys` lead to; indices of lists and keys of dictionaries are passed over."""
    for key in keys:
        info = model.model_fields.get(key) or model.model_fields.get("root")
        model = (info and _model_in(info.annotation)) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, one or many."""
    if inner := get_args(annotation):
        return next((model for argument in inner if (model := _model_in(argument))), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
