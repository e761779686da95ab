"""A strict reading of YAML: values that know their file, line and key, and note what is wrong with themselves.

A question that an entry cannot answer is noted as a problem and answered with an empty value, so that one reading finds
every mistake; nobody gets to use the empty values, because a reading with problems ends in a ConfigError.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from contactcenter.configuration.problems import Problem
from contactcenter.foundation import lengths

_TEXT = "tag:yaml.org,2002:str"
_KINDS = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq")
_DATE = "tag:yaml.org,2002:timestamp"
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in _KINDS)
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,6}")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a file. `problems` is shared by everything that one reading of the configuration looks at."""

    file: str
    line: int
    key: str
    node: yaml.Node | None
    problems: list[Problem]

    def wrong(self, message: str) -> None:
        self.problems.append(Problem(self.file, self.line, self.key or "file", message))

    def text(self) -> str:
        """A text. What another reader would take for a number, a date or a truth value has to stand in quotes."""
        node = self.node
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            if node.tag == _TEXT:
                return " ".join(node.value.split())
            self.wrong(f"{node.value} would be read as a number, a date or yes and no; put it in quotes.")
        else:
            self.wrong("Write a text here.")
        return ""

    def block(self) -> str:
        """A text whose lines stay as they are."""
        self.text()
        return str(self.node.value).strip() if isinstance(self.node, yaml.ScalarNode) else ""

    def is_word(self, *words: str) -> bool:
        """Whether this is a text, and one of these if any are named."""
        node = self.node
        return isinstance(node, yaml.ScalarNode) and node.tag == _TEXT and (not words or node.value in words)

    def one_of(self, choices: Collection[str], what: str) -> str:
        """A text that is one of `choices`; `what` names the kind of thing in the sentence."""
        written = self.text()
        if written and written not in choices:
            self.wrong(f"There is no {what} “{written}”; there is {', '.join(sorted(choices)) or 'none yet'}.")
            return ""
        return written

    def whole(self, least: int, most: int) -> int:
        """A whole number, written without quotes, signs and leading zeros."""
        node = self.node
        written = node.value if isinstance(node, yaml.ScalarNode) and not node.style else ""
        if _WHOLE.fullmatch(written) and least <= int(written) <= most:
            return int(written)
        self.wrong(f"Write a whole number from {least} to {most}, without quotes.")
        return least

    def truth(self) -> bool:
        node = self.node
        written = node.value if isinstance(node, yaml.ScalarNode) and not node.style else ""
        if written not in {"true", "false"}:
            self.wrong("Write true or false.")
        return bool(written == "true")

    def seconds(self) -> int:
        """A length of time such as "30m", "4h" or "1h30m", in seconds."""
        written = self.text()
        total = lengths.seconds(written)
        if written and not total:
            self.wrong(f'“{written}” is no length of time; write hours, minutes or seconds, such as "4h" or "30m".')
        return total

    def items(self) -> list["Entry"]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong("Write a list here, such as [orders, returns].")
            return []
        return [self._inner(f"{self.key}[{place}]", node, node) for place, node in enumerate(self.node.value, 1)]

    def members(self) -> dict[str, "Entry"]:
        """The values of a mapping by their names, whatever those are. A name may stand there once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("Write “name: value” lines here.")
            return {}
        found: dict[str, Entry] = {}
        for name_node, node in self.node.value:
            entry = self._inner(f"{self.key}.{name_node.value}".lstrip("."), name_node, node)
            name = _member_name(name_node)
            if name is None:
                entry.wrong("A name like this has to stand in quotes, or else it is no text.")
            elif name in found:
                entry.wrong(f"This stands here twice, first in line {found[name].line}.")
            else:
                found[name] = entry
        return found

    def fields(self, needed: Collection[str], optional: Collection[str] = ()) -> "Fields":
        """The values of a mapping whose names are known beforehand."""
        found = self.members()
        for name, entry in found.items():
            if name not in needed and name not in optional:
                entry.wrong(f"This name is not known here; what may stand here is {', '.join([*needed, *optional])}.")
        if isinstance(self.node, yaml.MappingNode):
            for name in needed:
                if name not in found:
                    Entry(self.file, self.line, f"{self.key}.{name}".lstrip("."), None, self.problems).wrong(
                        "This is missing."
                    )
        return Fields(found)

    def plain(self) -> Any:
        """The value as plain lists, mappings and texts, dates as they are written."""
        match self.node:
            case yaml.MappingNode():
                return {name: entry.plain() for name, entry in self.members().items()}
            case yaml.SequenceNode():
                return [entry.plain() for entry in self.items()]
            case yaml.ScalarNode(tag=tag, value=value) if tag == _DATE:
                return value
            case _:
                return self.text()

    def values(self) -> Any:
        """The value with numbers, truth values and texts as they are meant; anything else is a mistake."""
        match self.node:
            case yaml.MappingNode():
                return {name: entry.values() for name, entry in self.members().items()}
            case yaml.ScalarNode(style=None, value="true" | "false" as word):
                return word == "true"
            case yaml.ScalarNode(style=None, value=word) if _WHOLE.fullmatch(word):
                return int(word)
            case yaml.ScalarNode(style=None, value=word) if _DECIMAL.fullmatch(word):
                return float(word)
            case _:
                return self.text()

    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def below(self) -> Iterator["Entry"]:
        """The entry itself and all that it holds."""
        yield self
        inner = self.node
        if isinstance(inner, yaml.MappingNode | yaml.SequenceNode):
            for entry in self.members().values() if isinstance(inner, yaml.MappingNode) else self.items():
                yield from entry.below()

    def _inner(self, key: str, named: yaml.Node, node: yaml.Node) -> "Entry":
        return Entry(self.file, named.start_mark.line + 1, key, node, self.problems)


@dataclass(frozen=True, slots=True)
class Fields:
    """The values of one record. A needed one that is missing has been noted already, and is skipped."""

    entries: Mapping[str, Entry]

    def get(self, name: str) -> Entry | None:
        return self.entries.get(name)

    def text(self, name: str) -> str:
        return self.entries[name].text() if name in self.entries else ""

    def one_of(self, name: str, choices: Collection[str], what: str) -> str:
        return self.entries[name].one_of(choices, what) if name in self.entries else ""

    def whole(self, name: str, least: int, most: int, default: int = 0) -> int:
        return self.entries[name].whole(least, most) if name in self.entries else default

    def items(self, name: str) -> list[Entry]:
        return self.entries[name].items() if name in self.entries else []

    def members(self, name: str) -> dict[str, Entry]:
        return self.entries[name].members() if name in self.entries else {}


def read_yaml(file: str, text: str, problems: list[Problem]) -> Entry | None:
    """The file's only document; None, with the reason noted, when it cannot be read at all."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(Problem(file, mark.line + 1 if mark else 1, "file", f"This is not YAML: {error.problem}."))
        return None
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(Problem(file, 1, "file", f"This cannot be read: {error}."))
        return None
    if node is None:
        problems.append(Problem(file, 1, "file", "The file is empty."))
        return None
    slips = list(_slips(file, node, set()))
    problems.extend(slips)
    return None if slips else Entry(file, node.start_mark.line + 1, "", node, problems)


def is_name(written: str) -> bool:
    """Whether this may name a queue, a skill, a person: small letters, digits, - and _, beginning with a letter."""
    return bool(_NAME.fullmatch(written))


def _slips(file: str, node: yaml.Node, met: set[int]) -> Iterator[Problem]:
    """Anchors and tags: a reader of the file should see what it says without following pointers."""
    line = node.start_mark.line + 1
    if id(node) in met:
        yield Problem(file, line, "file", "Anchors (&) and aliases (*) are not used here; write the value out.")
        return
    met.add(id(node))
    if node.tag not in _PLAIN_TAGS:
        yield Problem(file, line, "file", f"“{node.value}” with the tag {node.tag} is not used here.")
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            yield from _slips(file, inner, met)
    elif isinstance(node, yaml.MappingNode):
        for name, inner in node.value:
            yield from _slips(file, name, met)
            yield from _slips(file, inner, met)


def _member_name(node: yaml.Node) -> str | None:
    usable = isinstance(node, yaml.ScalarNode) and node.tag in {_TEXT, _DATE} and node.value.strip()
    return str(node.value) if usable else None
