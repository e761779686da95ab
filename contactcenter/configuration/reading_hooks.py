"""Reads hooks.yaml: what phone menus may look up, each as the definition that the table holds."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text

from contactcenter.channels.voice.hooks.declared import LONGEST
from contactcenter.channels.voice.hooks.fakes import SLOW
from contactcenter.channels.voice.hooks.kind_python import GROUP, installed
from contactcenter.channels.voice.hooks.surroundings import SECRET
from contactcenter.configuration.entries import Entry, Fields
from contactcenter.configuration.titles import named
from ivr.conditions import ConditionError, condition

Definition = dict[str, Any]

_LONGEST_CACHE = 24 * 3600
_VALUE = re.compile(r"[a-z][a-z0-9_]*")
_PATH = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_HOLE = re.compile(r"\{[a-z][a-z0-9_]*\}")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_SECRET_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_QUERY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_CAST = re.compile(r"(?<![:\w]):\w+::")
_OURS = frozenset({"host", "connection", "content-length", "content-type", "transfer-encoding", "accept-encoding"})
_WORDS = ("missing", "error", SLOW)
_ALWAYS = ("kind", "timeout", "save")
_MAYBE = ("found_when", "cache", "never_log", "fake")


def hooks(root: Entry) -> dict[str, Definition]:
    """Each hook by its name, with lengths of time in seconds."""
    return {name: _hook(named(name, entry)) for name, entry in root.members().items()}


def _hook(entry: Entry) -> Definition:
    written = entry.members()
    kind = written["kind"].one_of(_KINDS, "kind of hook") if "kind" in written else ""
    needed, optional, read = _KINDS.get(kind, ((), (), _nothing))
    known = (*needed, *optional) if kind else tuple(written)
    fields = entry.fields((*_ALWAYS, *needed), (*_MAYBE, *known))
    saved = fields.get("save")
    save = _save(saved) if saved else {}
    definition = {"kind": kind, "timeout": fields.whole("timeout", 1, LONGEST), "save": save, **read(fields)}
    for name, rule in (("found_when", _condition), ("cache", _cache), ("fake", _fakes)):
        told = fields.get(name)
        if told:
            definition[name] = rule(told)
    if fields.get("never_log"):
        definition["never_log"] = [one.one_of(save, "saved name") for one in fields.items("never_log")]
    cache = fields.get("cache")
    if cache and definition.get("never_log"):
        cache.wrong("What is never logged is not kept either: leave out cache, or never_log.")
    _check_fakes(fields, definition)
    return definition


def _http(fields: Fields) -> Definition:
    method = fields.one_of("method", ("GET", "POST"), "method") if fields.get("method") else "GET"
    retry = fields.whole("retry", 0, 1)
    if retry and method != "GET":
        fields.entries["retry"].wrong("Only GET may be tried again: a second POST might do a thing twice.")
    url = fields.get("url")
    headers = {name: _header(name, entry) for name, entry in fields.members("headers").items()}
    return {"url": _url(url) if url else "", "method": method, "headers": headers, "retry": retry}


def _sql(fields: Fields) -> Definition:
    query, database = fields.text("query"), fields.text("database")
    if query and (not _QUERY.match(query) or ";" in query):
        fields.entries["query"].wrong("Write one query that begins with select or with, without “;”.")
    elif _CAST.search(query):
        fields.entries["query"].wrong("Write cast(:name as type): before “::” a name is not filled in.")
    elif any(not _VALUE.fullmatch(name) for name in text(query).compile().params):
        fields.entries["query"].wrong("A name after “:” is small letters, digits and _, beginning with a letter.")
    return {"query": query, "database": database}


def _python(fields: Fields) -> Definition:
    name = fields.text("entry_point")
    if name and name not in installed():
        fields.entries["entry_point"].wrong(
            f"No installed package has the entry point “{name}” in the group {GROUP}; "
            f"there is {', '.join(sorted(installed())) or 'none yet'}."
        )
    return {"entry_point": name}


def _nothing(_fields: Fields) -> Definition:
    return {}


_KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Callable[[Fields], Definition]]] = {
    "http": (("url",), ("method", "headers", "retry"), _http),
    "sql": (("database", "query"), (), _sql),
    "python": (("entry_point",), (), _python),
}


def _url(entry: Entry) -> str:
    """A URL whose holes stand behind its host: what a caller types must not choose the server."""
    url = entry.text()
    try:
        parts = urlsplit(url)
        plain = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
        right = plain and "{" not in parts.netloc and "@" not in parts.netloc and not parts.fragment
    except ValueError:
        right = False
    if url and (not right or re.search(r"[\s{}]", _HOLE.sub("", url)) or not url.isascii()):
        entry.wrong("Write https://host/path in ASCII; values stand in {holes}, and only behind the host.")
    return url


def _header(name: str, entry: Entry) -> str:
    value = entry.text()
    if not _HEADER.fullmatch(name) or name.lower() in _OURS:
        entry.wrong("This header cannot be set here.")
    if value.startswith(SECRET) and not _SECRET_NAME.fullmatch(value.removeprefix(SECRET)):
        entry.wrong("Write secret: and a name of the setting HOOK_SECRETS, such as secret:crm_token.")
    elif not value.isascii():
        entry.wrong("A header holds ASCII only.")
    return value


def _save(entry: Entry) -> Definition:
    """A list of names, or names with the path to each; a path may differ by language."""
    if entry.is_list():
        listed = [one.text() for one in entry.items()]
        save: Definition = {name: name for name in listed}
        if len(save) < len(listed):
            entry.wrong("A name stands here twice.")
    else:
        save = {name: _where(where) for name, where in entry.members().items()}
    if not save:
        entry.wrong("Name at least one value that the menu may use.")
    for name in save:
        if name and not _VALUE.fullmatch(name):
            entry.wrong(f"“{name}” is no name of a value: use small letters, digits and _, beginning with a letter.")
    return save


def _where(entry: Entry) -> str | dict[str, str]:
    if entry.is_mapping():
        return {language: _path(path) for language, path in entry.members().items()}
    return _path(entry)


def _path(entry: Entry) -> str:
    path = entry.text()
    if path and not _PATH.fullmatch(path):
        entry.wrong("Write where the value stands, with a dot between names, such as items.0.name.")
    return path


def _condition(entry: Entry) -> str:
    written = entry.text()
    try:
        condition(written)
    except ConditionError as error:
        entry.wrong(f"{error}.")
    return written


def _cache(entry: Entry) -> int:
    seconds = entry.seconds()
    if seconds > _LONGEST_CACHE:
        entry.wrong("Keep an answer for 24h at most.")
    return seconds


def _fakes(entry: Entry) -> list[Definition]:
    return [_fake(one) for one in entry.items()]


def _fake(entry: Entry) -> Definition:
    """A word; or what has to be given, with a word or the values found."""
    if not entry.is_mapping():
        return {"answer": entry.one_of(_WORDS, "made-up answer")}
    fields = entry.fields((), ("with", "answer", "found"))
    word, found = fields.get("answer"), fields.get("found")
    if (word is None) == (found is None):
        entry.wrong("Write either found: {name: value, …} or answer: missing, error or slow.")
    given = {name: value.text() for name, value in fields.members("with").items()}
    answer = word.one_of(_WORDS, "made-up answer") if word else found.values() if found else ""
    return {"with": given, "answer": answer}


def _check_fakes(fields: Fields, definition: Definition) -> None:
    """What is made up has the shape of the real thing."""
    for place, one in enumerate(definition.get("fake", ())):
        answer = one["answer"]
        unknown = sorted(answer.keys() - definition["save"].keys()) if isinstance(answer, dict) else []
        if unknown:
            fields.items("fake")[place].wrong(f"“{unknown[0]}” is not saved by this hook.")
