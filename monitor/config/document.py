"""YAML text -> plain values, with the place of each.

Every scalar stays the text that was written: what it means is for the setting's
type to say. So a keyword `no`, `1.0` or `12:30` is that word, and `reply: no` is
still false. The node tree of ruamel.yaml gives that; its constructors would not.
"""

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from monitor.config.faults import (
    ConfigErrors,
    Fault,
    Path,
    Place,
    as_text,
    one_line,
    shown,
)
from monitor.config.syntax import explain

DEEPEST = 40
_NULL = "tag:yaml.org,2002:null"
_STANDARD = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Document:
    """One file as nested dicts, lists, texts and None.

    `keys` and `values` say where each stands; `written` is the text of each scalar
    before any ${NAME} was filled in, the only form that may be shown. `refused` are
    those entries that a fault has taken the value of.
    """

    name: str
    data: Any = field(repr=False)
    keys: dict[Path, Place]
    values: dict[Path, Place]
    written: dict[Path, str] = field(repr=False)
    faults: list[Fault] = field(default_factory=list)
    refused: set[Path] = field(default_factory=set)

    def fault(self, path: Path, message: str, *, at_key: bool = False) -> Fault:
        """Point at `path`, or at what it should stand in where it is not written."""
        places = self.keys if at_key and path in self.keys else self.values
        near = path
        while near and near not in places:
            near = near[:-1]
        return Fault(
            self.name, *places.get(near, Place(1, 1)), as_text(path), one_line(message)
        )


def parse(text: str, name: str) -> Document:
    """Read `text` as YAML 1.2.

    Raises:
        ConfigErrors: it is not YAML, or not settings at the top.
    """
    try:
        root, reason = _composed(text), None
    except YAMLError as error:
        root, reason = None, explain(error, text)
    except RecursionError:
        root, reason = None, (Place(), f"nested deeper than {DEEPEST} levels")
    # Raised out here, so that no parser error hangs on ours: those quote the file.
    if reason:
        place, message = reason
        raise ConfigErrors([Fault(name, *place, "", one_line(message))])
    if root is None or _is_nothing(root):
        empty = "the file is empty; brands and sources are wanted"
        raise ConfigErrors([Fault(name, 0, 0, "", empty)])
    if not isinstance(root, MappingNode):
        wrong = "settings are wanted at the top, like brands: and sources:"
        raise ConfigErrors([Fault(name, *_place(root), "", wrong)])
    return _Builder(name, text).build(root)


def _composed(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # each anchor is refused below
    root: Node | None = yaml.compose(text)
    return root


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == _NULL


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)


class _Builder:
    def __init__(self, name: str, text: str) -> None:
        self._lines = text.splitlines()
        self._document = Document(name, {}, {}, {}, {})

    def build(self, root: MappingNode) -> Document:
        self._document.data.update(self._value(root, ()) or {})
        return self._document

    def _value(self, node: Node, path: Path) -> Any:
        self._document.values[path] = _place(node)
        if refusal := self._refusal(node, path):
            self._fault(path, refusal)
            self._document.refused.add(path)
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._value(n, (*path, i)) for i, n in enumerate(node.value)]
        self._document.written[path] = node.value
        return None if node.tag == _NULL else node.value

    def _refusal(self, node: Node, path: Path) -> str | None:
        """Say what of YAML has no use here, and hides words that look like it."""
        if len(path) > DEEPEST:
            return f"nested deeper than {DEEPEST} levels"
        if node.anchor:
            mark = f"&{shown(node.anchor)}"
            return (
                f'"{mark}" is an anchor to YAML; put the text in quotes: "{mark} ..."'
            )
        if not str(node.tag).startswith(_STANDARD):
            mark = shown(str(node.tag))
            return f'"{mark}" is a tag to YAML; put the text in quotes: "{mark} ..."'
        if _is_nothing(node) and (hidden := self._hidden(node)):
            return f'"{hidden}" is a comment to YAML; put it in quotes: "{hidden}"'
        return None

    def _hidden(self, node: Node) -> str | None:
        """Return the hashtag that YAML took for a comment, as in `- #acme`."""
        if node.start_mark.line >= len(self._lines):
            return None
        rest = self._lines[node.start_mark.line][node.start_mark.column :].strip()
        is_hashtag = len(rest) > 1 and rest[0] == "#" and not rest[1].isspace()
        return shown(rest.split()[0]) if is_hashtag else None

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for key, value in node.value:
            place = _place(key)
            if not isinstance(key, ScalarNode) or key.anchor:
                self._document.values.setdefault(path, place)
                self._fault(path, "a setting's name must be plain text", place)
                continue
            at = (*path, key.value)
            if key.value in entries:
                first = self._document.keys[at].line
                self._fault(at, f"written twice, first on line {first}", place)
                continue
            self._document.keys[at] = place
            entries[key.value] = self._value(value, at)
            if _is_nothing(value) and not value.value:
                self._document.values[at] = place  # YAML puts it on the next line
        return entries

    def _fault(self, path: Path, message: str, place: Place | None = None) -> None:
        where = place or self._document.values[path]
        fault = Fault(self._document.name, *where, as_text(path), one_line(message))
        self._document.faults.append(fault)
