"""The extraction finds what code and templates say and renews the catalogues without losing a translation."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from contactcenter.foundation.languages import catalogue_path, load_translations
from contactcenter.translations.extract import extracted, update, written

PYTHON = """
from contactcenter.foundation import errors
title = N_("Marked")
def page(_, ngettext):
    _("Said %(name)s", name="x")
    ngettext("%(num)s case", "%(num)s cases", 2)
    raise errors.Conflict("Refused %(why)s", why="y")
    print("Not a text")
"""
TEMPLATE = """
{% from "x.html" import y %}
<h1 title="{{ _("In an attribute") }}">{{ _('In single quotes') }}</h1>
{% set words = {"new": (_("In a table"), 1)} %}
{{ ngettext("%(num)s call", "%(num)s calls", n) }} {# _("In a comment") #} <p>Not a text</p>
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    home = tmp_path / "sample"
    (home / "templates" / "parts").mkdir(parents=True)
    (home / "views.py").write_text(PYTHON, encoding="utf-8")
    (home / "templates" / "parts" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    (home / "templates" / "mail.txt").write_text('{{ _("In a mail") }}', encoding="utf-8")
    return home


def ids(catalogue: Catalog) -> set:
    return {message.id for message in catalogue if message.id}


def test_texts_of_code_templates_and_refusals_are_found(package):
    assert ids(extracted(package)) == {
        "Marked",
        "Said %(name)s",
        ("%(num)s case", "%(num)s cases"),
        "Refused %(why)s",
        "In an attribute",
        "In single quotes",
        "In a table",
        ("%(num)s call", "%(num)s calls"),
        "In a mail",
    }


def test_a_template_that_cannot_be_read_stops_the_extraction(package):
    (package / "templates" / "broken.html").write_text("{{ _('x' }}", encoding="utf-8")
    with pytest.raises(Exception, match="unexpected '}'"):
        extracted(package)


def test_renewing_keeps_translations_drops_what_is_gone_and_names_what_is_missing(tmp_path):
    path = catalogue_path("zh-Hans", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Kept"\nmsgstr "保留"\n\nmsgid "Gone"\nmsgstr "没有了"\n', encoding="utf-8")
    texts = Catalog()
    for text in ("Kept", "Keep", "New", ("%(num)s case", "%(num)s cases")):
        texts.add(text)
    assert sorted(update("zh-Hans", texts, tmp_path)) == sorted(["Keep", "New", "('%(num)s case', '%(num)s cases')"])
    renewed = written("zh-Hans", tmp_path)
    assert ids(renewed) == {"Kept", "Keep", "New", ("%(num)s case", "%(num)s cases")}
    assert renewed["Kept"].string == "保留"
    assert not any(message.fuzzy for message in renewed if message.id)
    assert "Gone" not in path.read_text(encoding="utf-8")


def test_renewing_twice_changes_no_byte_and_the_result_can_be_loaded(tmp_path, package):
    for language in ("zh-Hans", "zh-Hant"):
        update(language, extracted(package), tmp_path)
    path = catalogue_path("zh-Hant", tmp_path)
    first = path.read_bytes()
    update("zh-Hant", extracted(package), tmp_path)
    assert path.read_bytes() == first
    path.write_bytes(first.replace(b'msgid "Marked"\nmsgstr ""', 'msgid "Marked"\nmsgstr "標記"'.encode()))
    assert load_translations(tmp_path).gettext("zh-Hant", "Marked") == "標記"


def test_a_catalogue_with_a_mistake_in_it_is_not_overwritten(tmp_path):
    path = catalogue_path("zh-Hans", tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text('msgid "Kept"\nmsgstr "保留\nmsgid x\n', encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(Exception, match=r".+"):
        update("zh-Hans", Catalog(), tmp_path)
    assert path.read_bytes() == before
