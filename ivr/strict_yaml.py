"""A strict reading of YAML: no duplicate keys, no tags, no aliases, every piece with its line."""

from collections.abc import Iterator

import yaml

from ivr.nodes import QUOTES, SHAPE, Listing, Misread, Node, Scalar, Table, trap

_SYNTAX = "Y01"
_RESERVED = "F11"
_CONTROL = "P06"
_LARGEST = 256 * 1024
_DEEPEST = 12
_RESERVED_KEYS = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~"})


def compose(written: str) -> tuple[Node, list[Misread]]:
    """The tree of the text, and the slips that did not stop the reading; raises Misread where nothing can be read."""
    if len(written) > _LARGEST:
        raise Misread(1, f"the file is larger than {_LARGEST // 1024} kB; split it into several flows", _SYNTAX)
    composer = _Composer(_events(written))
    return composer.document(), composer.slips


def _events(written: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(written, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = written.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(str(error.character)[0])
        raise Misread(line, f"character U+{code:04X} would break the call; remove it", _CONTROL) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Misread(mark.line + 1 if mark else 1, f"this is not YAML: {error.problem}", _SYNTAX) from error


class _Composer:
    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.slips: list[Misread] = []

    def document(self) -> Node:
        next(self.events)
        opening = next(self.events)
        if not isinstance(opening, yaml.DocumentStartEvent):
            raise Misread(1, "the file is empty", _SYNTAX)
        root = self.node(next(self.events), 0)
        next(self.events)
        following = next(self.events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise Misread(_line(following), "one file holds one flow; remove everything from '---' on", _SYNTAX)
        return root

    def node(self, event: yaml.Event, depth: int) -> Node:
        if depth > _DEEPEST:
            raise Misread(_line(event), f"nested deeper than {_DEEPEST} levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Misread(_line(event), "anchors (&) and aliases (*) are not allowed; put quotes round a * key")
        if tag := getattr(event, "tag", None):
            raise Misread(_line(event), f"tags like {tag} are not allowed")
        match event:
            case yaml.ScalarEvent():
                return Scalar(_line(event), event.value, not event.implicit[0])
            case yaml.SequenceStartEvent():
                return self.sequence(event, depth)
            case _:
                return self.mapping(event, depth)

    def sequence(self, opening: yaml.Event, depth: int) -> Listing:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Listing(_line(opening), tuple(items))

    def mapping(self, opening: yaml.Event, depth: int) -> Table:
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            word = self.key(key)
            if word in entries:
                self.slips.append(Misread(key.line, f"'{word}' stands here twice; the second would win", _RESERVED))
            elif word is not None:
                entries[word] = value
        return Table(_line(opening), entries)

    def key(self, key: Node) -> str | None:
        if not isinstance(key, Scalar):
            raise Misread(key.line, "a name before ':' has to be one word")
        if not key.quoted and key.text.lower() in _RESERVED_KEYS:
            self.slips.append(Misread(key.line, f"'{key.text}' is read as a truth value; rename it", _RESERVED))
        elif not key.quoted and (reason := trap(key.text)):
            self.slips.append(Misread(key.line, f"key {reason}", QUOTES))
        elif not key.text or key.text == "<<":
            self.slips.append(Misread(key.line, f"'{key.text}' cannot be a name", SHAPE))
        else:
            return key.text
        return None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
