"""Which TwiML is allowed, read out of the classes that Twilio generates from its own definition."""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from twilio.twiml import TwiML, lower_camel, voice_response

ROOT = "Response"
UNDERSCORED = {"from_": "from", "for_": "for", "break_": "break"}
COLONED = {"xml_lang": "xml:lang", "interpret_as": "interpret-as"}


@dataclass(frozen=True, slots=True)
class Schema:
    """For each parent the children it may hold, for each (parent, child) the attributes of the child."""

    children: Mapping[str, frozenset[str]]
    attributes: Mapping[tuple[str, str], frozenset[str]]


@cache
def voice_schema() -> Schema:
    classes = [node for node in _tree().body if isinstance(node, ast.ClassDef)]
    tags = {node.name: _tag(node) for node in classes}
    texts = {node.name: _text_parameters(node) for node in classes}
    children: dict[str, set[str]] = {tag: set() for tag in tags.values()}
    attributes: dict[tuple[str, str], frozenset[str]] = {}
    for parent in classes:
        for call in _nested_calls(parent):
            child = call.func.id if isinstance(call.func, ast.Name) else ""
            children[tags[parent.name]].add(tags[child])
            names = {keyword.arg for keyword in call.keywords if keyword.arg} - texts[child]
            attributes[tags[parent.name], tags[child]] = frozenset(map(_attribute, names))
    return Schema({tag: frozenset(names) for tag, names in children.items()}, attributes)


def _tree() -> ast.Module:
    return ast.parse(inspect.getsource(voice_response))


def _tag(node: ast.ClassDef) -> str:
    """Each class names its tag in `self.name = "Say"`."""
    for statement in ast.walk(node):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            target = statement.targets[0]
            if isinstance(target, ast.Attribute) and target.attr == "name":
                return str(statement.value.value)
    raise LookupError(f"{node.name} of the installed Twilio library names no tag.")


def _text_parameters(node: ast.ClassDef) -> set[str]:
    """What the constructor takes by name is the text of the tag, not an attribute."""
    constructor = next(f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__")
    return {argument.arg for argument in constructor.args.args[1:]}


def _nested_calls(node: ast.ClassDef) -> list[ast.Call]:
    """The `Child(…)` in every `return self.nest(Child(…))`."""
    found = []
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "nest":
            nested = call.args[0]
            if isinstance(nested, ast.Call):
                found.append(nested)
    return found


def _attribute(name: str) -> str:
    if name in COLONED:
        return COLONED[name]
    return str(lower_camel(UNDERSCORED.get(name, name)))


def builder_tags() -> frozenset[str]:
    """Every tag the library can build; a second way to look at the same classes, for tests."""
    members = inspect.getmembers(voice_response, inspect.isclass)
    return frozenset(name for name, member in members if issubclass(member, TwiML) and member is not TwiML)
