"""Texts are said in the viewer's language from the catalogues as they are written, and in English where those are silent."""

from pathlib import Path

import pytest
from markupsafe import Markup

from contactcenter.foundation.languages import (
    LANGUAGES,
    N_,
    catalogue_path,
    gettext_for,
    load_translations,
    ngettext_for,
)

CATALOGUE = """
msgid "Send"
msgstr "发送"

msgid "Incoming: %(who)s"
msgstr "来电：%(who)s"

msgid "%(num)s case of %(who)s"
msgid_plural "%(num)s cases of %(who)s"
msgstr[0] "%(who)s的 %(num)s 个工单"

#, fuzzy
msgid "Save"
msgstr "不确定"

msgid "Empty"
msgstr ""

#~ msgid "Old"
#~ msgstr "旧"
"""


@pytest.fixture
def words(tmp_path: Path):
    for language in ("zh-Hans", "zh-Hant"):
        path = catalogue_path(language, tmp_path)
        path.parent.mkdir(parents=True)
        path.write_text(CATALOGUE, encoding="utf-8")
    return load_translations(tmp_path)


def test_a_text_is_said_and_its_places_are_filled(words):
    assert words.gettext("zh-Hans", "Send") == "发送"
    assert words.gettext("zh-Hans", "Incoming: %(who)s", who="Li") == "来电：Li"
    assert words.gettext("en", "Incoming: %(who)s", who="Li") == "Incoming: Li"


def test_english_is_said_where_a_translation_is_missing_unsure_or_old(words):
    assert [words.gettext("zh-Hans", text) for text in ("Unheard", "Save", "Empty", "Old")] == [
        "Unheard",
        "Save",
        "Empty",
        "Old",
    ]


def test_a_count_has_two_forms_in_english_and_one_in_chinese(words):
    counted = ("%(num)s case of %(who)s", "%(num)s cases of %(who)s")
    assert [words.ngettext("en", *counted, n, who="Li") for n in (0, 1, 2)] == [
        "0 cases of Li",
        "1 case of Li",
        "2 cases of Li",
    ]
    assert words.ngettext("zh-Hans", *counted, 1, who="Li") == "Li的 1 个工单"
    assert words.ngettext("zh-Hans", "%(num)s key", "%(num)s keys", 3) == "3 keys"


def test_a_text_without_values_keeps_its_per_cent_signs(words):
    assert words.gettext("en", "100% sure, %(who)s") == "100% sure, %(who)s"


def test_a_sentence_with_markup_is_markup_and_escapes_the_rest(words):
    said = words.gettext("en", "%(link)s and %(who)s", link=Markup("<a>x</a>"), who="<b>")
    assert isinstance(said, Markup)
    assert said == "<a>x</a> and &lt;b&gt;"
    assert not isinstance(words.gettext("en", "%(who)s", who="<b>"), Markup)


def test_the_shipped_catalogues_are_the_viewers_underscore():
    assert [gettext_for(language)(N_("just now")) for language in LANGUAGES] == ["just now", "刚刚", "剛剛"]
    assert gettext_for("zh-Hant")("Unheard of: %(what)s", what="100%") == "Unheard of: 100%"
    assert ngettext_for("en")("%(num)s thing", "%(num)s things", 2) == "2 things"


def test_an_unknown_tag_is_refused_by_name():
    with pytest.raises(ValueError, match="no language 'zh' here; the tags are en, zh-Hans, zh-Hant"):
        gettext_for("zh")
