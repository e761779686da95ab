"""A viewer reads the language they chose, else the first of ours their browser asks for."""

import pytest

from contactcenter.foundation.languages import LANGUAGES, OWN_NAMES, best_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-MY", "zh-Hans"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh_TW", "zh-Hant"),
        ("ZH-hk", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("yue-Hans-CN", "zh-Hans"),
        ("zh-yue", "zh-Hant"),
        ("cmn-TW", "zh-Hant"),
        ("en-GB,zh-CN;q=0.9", "en"),
        ("en;q=0.5,zh-TW;q=0.9", "zh-Hant"),
        ("fr-FR,de;q=0.9,zh-HK;q=0.1", "zh-Hant"),
        ("zh-TW;q=0,fr", "en"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (";;;q=x,,\u00e9", "en"),
    ],
)
def test_the_browser_is_asked(header, language):
    assert best_language(header) == language


def test_a_choice_outweighs_the_browser_and_an_unknown_choice_does_not():
    assert best_language("zh-TW", "zh-Hans") == "zh-Hans"
    assert best_language("zh-TW", "en") == "en"
    assert best_language("zh-TW", "zh-CN") == "zh-Hans"
    assert best_language("zh-TW", "") == "zh-Hant"
    assert best_language("zh-TW", None) == "zh-Hant"
    assert best_language("zh-TW", "tlh") == "zh-Hant"


def test_every_language_is_its_own_best_answer_and_has_a_name():
    assert [best_language(language) for language in LANGUAGES] == list(LANGUAGES)
    assert tuple(OWN_NAMES) == LANGUAGES
