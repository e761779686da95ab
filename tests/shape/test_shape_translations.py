"""Every text that code and templates say stands in both Chinese catalogues, finished and with the same places to fill."""

import ast
import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Catalog

from contactcenter.foundation.languages import LANGUAGES
from contactcenter.translations.extract import PACKAGE, extracted, keywords, written

PLACE = re.compile(r"%\((\w+)\)|\{(\w+)\}")


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return extracted()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_is_translated_with_the_same_places(texts, language):
    found = faults(texts, written(language))
    assert not found, (
        f"{language}: run python -m contactcenter.translations.extract and fill in what is missing.\n"
        + "\n".join(found)
    )


def test_every_text_can_be_found_by_the_extraction():
    found = [
        f"{path.relative_to(PACKAGE.parent)}:{call.lineno}: a text is put together inside the call; "
        "give one literal with %(name)s places and the values beside it"
        for path in sorted(PACKAGE.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _says_a_text(call) and _is_put_together(call)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("english", "translation", "fault"),
    [
        ("Send", None, "is missing"),
        ("Send", "", "has no translation"),
        ("Incoming: %(who)s", "来电", "has other places to fill"),
        ("Incoming: %(who)s", "来电：%(wer)s", "has other places to fill"),
        ("Ringing: {who}", "振铃", "has other places to fill"),
        ("Up %(much)s%%", "上升 %(much)s%", "cannot be filled in"),
        ("Up %(much)s", "上升 %(much)", "cannot be filled in"),
        (("%(num)s case", "%(num)s cases"), ("",), "has no translation"),
        (("%(num)s case", "%(num)s cases"), ("工单",), "has other places to fill"),
    ],
)
def test_a_bad_translation_is_noticed(english, translation, fault):
    texts, catalogue = Catalog(), Catalog(locale="zh_Hans")
    texts.add(english)
    if translation is not None:
        catalogue.add(english, translation)
    found = faults(texts, catalogue)
    assert len(found) == 1
    assert fault in found[0]


def test_unsure_and_orphaned_translations_are_noticed_and_good_ones_are_not():
    texts, catalogue = Catalog(), Catalog(locale="zh_Hans")
    for english, chinese in {"Send": "发送", "Incoming: %(who)s": "来电：%(who)s", "100%": "100%"}.items():
        texts.add(english)
        catalogue.add(english, chinese)
    assert faults(texts, catalogue) == []
    catalogue["Send"].flags.add("fuzzy")
    catalogue.add("Gone", "没有了")
    assert faults(texts, catalogue) == ["'Send' is marked fuzzy", "'Gone' is said nowhere any more"]


def faults(texts: Catalog, catalogue: Catalog) -> list[str]:
    wanted = [message for message in texts if message.id]
    ids = {message.id for message in wanted}
    wrong = [(message.id, _fault(message.id, catalogue)) for message in wanted]
    return [f"{text!r} {fault}" for text, fault in wrong if fault] + [
        f"{message.id!r} is said nowhere any more" for message in catalogue if message.id and message.id not in ids
    ]


def _fault(text: str | tuple[str, str], catalogue: Catalog) -> str | None:
    message = catalogue.get(text)
    if message is None:
        return "is missing"
    if message.fuzzy:
        return "is marked fuzzy"
    english = text if isinstance(text, str) else text[1]
    forms = [message.string] if isinstance(message.string, str) else list(message.string)
    if not all(form and form.strip() for form in forms):
        return "has no translation"
    if any(_places(form) != _places(english) for form in forms):
        return f"has other places to fill: {forms}"
    if not all(_can_be_filled(form) for form in (english, *forms) if "%(" in english):
        return f"cannot be filled in: {forms}; write a per cent sign as %% beside %(name)s"
    return None


def _places(text: str) -> set[tuple[str, ...]]:
    return set(PLACE.findall(text))


def _can_be_filled(text: str) -> bool:
    try:
        return bool(text % defaultdict(str, {name: "1" for name, _ in _places(text) if name}) is not None)
    except (ValueError, TypeError):
        return False


def _says_a_text(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    return name in keywords() and bool(call.args)


def _is_put_together(call: ast.Call) -> bool:
    return isinstance(call.args[0], ast.JoinedStr | ast.BinOp) or (
        isinstance(call.args[0], ast.Call) and getattr(call.args[0].func, "attr", None) == "format"
    )
