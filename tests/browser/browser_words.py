"""What a person can read on a page, and which of it is English that should not be there."""

import re
from pathlib import Path
from typing import Any

import yaml
from browser_product import Product
from playwright.sync_api import Frame, Page

CONFIG = Path(__file__).resolve().parents[2] / "config"
READ = """() => {
  const own = document.documentElement.lang;
  const spoken = (element) => element.closest("[lang]")?.lang ?? own;
  const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true });
  const skipped = "code, pre, kbd, script, style, template, svg, .keypad, .articles p, article.article";
  const found = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (element.closest(skipped) || spoken(element) !== own || !shown(element)) continue;
    found.push(texts.currentNode.data);
  }
  for (const name of ["placeholder", "title", "aria-label", "alt"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (spoken(element) === own && shown(element)) found.push(element.getAttribute(name));
    }
  }
  return found.map((text) => text.trim()).filter(Boolean);
}"""
"""Every visible text and every label; not code, keys, articles, and what says of itself that it is in another language."""
ADDRESSES = re.compile(r"\S+@\S+|https?://\S+|\b\w+\.(?:eml|yaml|com|org|net)\b")
WORD = re.compile(r"[A-Za-z]{2,}")
KEYS = {"Ctrl", "Shift", "Alt", "Enter", "Escape"}
_TELLING = 4
"""A shorter text may stand by chance within a word of ours."""
PROPER = {"English", "SMTP", "contactcenter", "GMT"}


def read(path: str) -> Any:
    return yaml.safe_load((CONFIG / path).read_text(encoding="utf-8"))


def names() -> set[str]:
    """Names of people, which are the same in every language."""
    staff = read("agents.yaml")["people"]
    written = [one["name"] for one in (*staff.values(), *read("demo/customers.yaml"))] + list(staff)
    return {word for name in written for word in WORD.findall(name)}


def named_once() -> set[str]:
    """What the configuration names in one language only: the options of a phone menu, and calendars."""
    menus = [step["menu"] for step in read("ivr/main.yaml")["steps"].values() if "menu" in step]
    written = [option["means"] for menu in menus for option in menu["options"].values()] + list(read("calendars.yaml"))
    return {word for text in written for word in WORD.findall(str(text))}


ALLOWED = names() | named_once() | KEYS | PROPER


def english_left(page: Page, product: Product, *named: str) -> list[str]:
    """Texts with a Latin word that is no name, in the page and in what it frames.

    What people wrote in this run is passed over as it stands, its words are not. `named` is whatever else has only one name.
    """
    texts = [text for frame in page.frames for text in _texts(frame)]
    allowed = ALLOWED | {word for name in product.names() | set(named) for word in WORD.findall(name)}
    written = sorted(product.writings(), key=len, reverse=True)
    return [text[:120] for text in texts if _is_foreign(_without(text, written), allowed)]


def _without(text: str, written: list[str]) -> str:
    """Titles hold what was written among words of ours."""
    for one in written:
        text = text.replace(one, " ") if len(one) >= _TELLING else text
    return "" if text in written else text


def _texts(frame: Frame) -> list[str]:
    return frame.evaluate(READ)


def _is_foreign(text: str, allowed: set[str]) -> bool:
    words = set(WORD.findall(ADDRESSES.sub(" ", text)))
    initials = {word for word in words if len(word) == 2 and word.isupper()}
    return bool(words - allowed - initials)
