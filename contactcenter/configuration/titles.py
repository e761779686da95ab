"""Titles: what a thing is called in each of the three languages."""

from contactcenter.configuration.contents import Titles
from contactcenter.configuration.entries import Entry, is_name
from contactcenter.foundation.languages import LANGUAGES


def titles(entry: Entry) -> dict[str, str]:
    """One title for each language; none may be missing, because somebody reads each of them."""
    return {language: said.text() for language, said in entry.fields(LANGUAGES).entries.items()}


def titled(root: Entry) -> dict[str, Titles]:
    """A file of names and their titles, in the order in which they are shown."""
    return {name: titles(named(name, entry)) for name, entry in root.members().items()}


def named(name: str, entry: Entry) -> Entry:
    """The entry, after a look at the name that it stands under."""
    if not is_name(name):
        entry.wrong(f"“{name}” is no name: use small letters, digits, - and _, beginning with a letter.")
    return entry
