"""Templates keep the content policy, speak through gettext, and use only icons and words that exist; scripts likewise."""

import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2] / "contactcenter"
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
SCRIPTS = sorted((HOME / "static" / "js").glob("*.js"))
STYLES = sorted((HOME / "static" / "css").glob("*.css"))


def named(path: Path) -> str:
    return str(path.relative_to(HOME))


def without_comments(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_holds_no_inline_script_or_style(path):
    text = without_comments(path)
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text), "put the script into static/js"
    assert not re.search(r"<style[\s>]|\sstyle\s*=", text), "put the style into static/css"
    assert not re.search(r"\son\w+\s*=\s*[\"']|javascript:|\shx-on", text), "listen from a module in static/js"


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_never_marks_text_as_safe(path):
    assert not re.search(r"\|\s*safe\b|autoescape\s+false", without_comments(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_what_a_template_says_goes_through_gettext(path):
    text = re.sub(r"{%.*?%}|{{.*?}}", "", without_comments(path), flags=re.DOTALL)
    own_names = {"English", "简体中文", "繁體中文"}
    said = {word.strip() for word in re.findall(r">([^<>]*[^\W\d_]{2}[^<>]*)<", text)} - own_names
    assert not said, f"write _({said.pop()!r})"


def test_a_template_imports_only_macros_that_stand_in_the_other_itself():
    made = {
        path.relative_to(HOME / "templates").as_posix(): set(
            re.findall(r"{%-?\s*macro (\w+)\(", path.read_text("utf-8"))
        )
        for path in TEMPLATES
    }
    for path in TEMPLATES:
        for other, names in re.findall(r'{%-?\s*from "([^"]+)" import ([^%]+?)\s*-?%}', without_comments(path)):
            asked = {name.split(" as ")[0].strip() for name in names.removesuffix("with context").split(",")}
            assert asked <= made[other], f"{named(path)} asks {other} for {', '.join(sorted(asked - made[other]))}"


def test_every_icon_that_is_asked_for_is_drawn():
    drawn = set(re.findall(r'id="icon-([\w-]+)"', (HOME / "templates/components/icons.html").read_text("utf-8")))
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r'(?:\bicon\("|href="#icon-)([\w-]+)"', without_comments(path))
    }
    assert asked - drawn == set()


def test_every_word_that_a_script_says_is_on_the_page():
    given = set(re.findall(r'data-word="([\w-]+)"', (HOME / "templates/components/words.html").read_text("utf-8")))
    said = {name for path in SCRIPTS for name in re.findall(r'\bword\("([\w-]+)"', path.read_text(encoding="utf-8"))}
    assert said - given == set()


def test_every_style_sheet_is_imported_and_every_import_exists():
    imported = re.findall(r'@import url\("([\w.]+)"\)', (HOME / "static/css/app.css").read_text(encoding="utf-8"))
    assert sorted(imported) == sorted(path.name for path in STYLES if path.name != "app.css")


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_a_style_uses_only_tokens_that_are_defined(path):
    tokens = (HOME / "static/css/tokens.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8")))
    assert used - set(re.findall(r"(--[\w-]+):", tokens)) == set()


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=named)
def test_colours_are_named_in_one_file(path):
    plain = re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))
    assert plain == [], "give the colour a name in tokens.css"


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=named)
def test_nothing_is_loaded_from_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//[\w.-]+\.\w{2,}/", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_a_script_needs_no_eval(path):
    assert not re.search(
        r"\beval\(|new Function|innerHTML\s*=|outerHTML\s*=|insertAdjacentHTML", path.read_text("utf-8")
    )
