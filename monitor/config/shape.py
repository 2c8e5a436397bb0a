"""What the types of a model say about a place in it: settings, list, text, secret."""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from monitor.config.faults import Path

Shape: TypeAlias = Any
"""A type annotation, or None where the model knows no such setting."""


def alternatives(shape: Shape) -> list[Shape]:
    """Return what a value may be, without Annotated, Optional and None."""
    origin: Any = get_origin(shape)
    if origin is Annotated:
        return alternatives(get_args(shape)[0])
    if origin in (Union, UnionType):
        return [one for arg in get_args(shape) for one in alternatives(arg)]
    return [] if shape in (None, NoneType) else [shape]


def models(shape: Shape) -> list[type[BaseModel]]:
    return [
        one
        for one in alternatives(shape)
        if isinstance(one, type) and issubclass(one, BaseModel)
    ]


def model_for(shape: Shape, data: Any) -> type[BaseModel] | None:
    """Return the settings that `data` is written for; of several, by its `type`."""
    known = models(shape)
    if len(known) < 2:
        return known[0] if known else None
    if not isinstance(data, Mapping):
        return None
    return next((model for model in known if _is_named(model, data)), None)


def _is_named(model: type[BaseModel], data: Mapping[str, Any]) -> bool:
    return any(
        name == "type"
        and get_origin(field.annotation) is Literal
        and data.get(name, field.default) in get_args(field.annotation)
        for name, field in model.model_fields.items()
    )


def types(shape: Shape) -> list[str]:
    """Return the words that `type` may be, where it says which settings follow."""
    return [
        word
        for model in models(shape)
        if "type" in model.model_fields
        for word in get_args(model.model_fields["type"].annotation)
    ]


def fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Return the settings of a model under the names people write."""
    return {f.alias or name: f for name, f in model.model_fields.items()}


def inside(shape: Shape, part: str | int, data: Any) -> Shape:
    """Return the type of one entry of `data`, whose type is `shape`."""
    if model := model_for(shape, data):
        field = fields(model).get(str(part))
        return field.annotation if field else None
    for one in alternatives(shape):
        if args := get_args(one):
            return args[0] if isinstance(part, int) else args[-1]
    return None


def is_secret(shape: Shape) -> bool:
    return SecretStr in alternatives(shape)


def is_list(shape: Shape) -> bool:
    origins: list[Any] = [get_origin(one) for one in alternatives(shape)]
    return tuple in origins or list in origins


def path_of(loc: tuple[str | int, ...], shape: Shape, data: Any) -> Path:
    """Return the path in the file that pydantic's `loc` means.

    A loc also names the member of a union that was tried, as in
    ("sources", 0, "rss", "url"), and marks keys with "[key]".
    """
    path: Path = ()
    is_named = False
    for part in loc:
        if not _stands_in(part, data):
            continue
        if isinstance(data, Mapping) and len(models(shape)) > 1 and not is_named:
            is_named = True
            continue
        path, is_named = (*path, part), False
        shape, data = inside(shape, part, data), entry(data, part)
    return path


def _stands_in(part: str | int, data: Any) -> bool:
    if isinstance(data, Mapping):
        return isinstance(part, str) and part != "[key]"
    return isinstance(data, list) and isinstance(part, int)


def entry(data: Any, part: str | int) -> Any:
    """Return what stands under `part`, or None."""
    if isinstance(data, Mapping):
        return data.get(part)
    is_there = isinstance(data, list) and isinstance(part, int) and part < len(data)
    return data[part] if is_there else None
