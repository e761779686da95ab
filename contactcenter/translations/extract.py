"""Collects every text from code and templates and brings the catalogues up to date, keeping what is translated.

Run it with `python -m contactcenter.translations.extract`; then fill what it lists as missing.
"""

import io
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from contactcenter.foundation.errors import Refusal
from contactcenter.foundation.languages import FOLDER, LANGUAGES, catalogue_path

PACKAGE = FOLDER.parent
CONFIGURATION = FOLDER / "babel.cfg"
_HEADER = """\
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def extracted(package: Path = PACKAGE) -> Catalog:
    """Every text that the code and the templates of the package say."""
    with CONFIGURATION.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, CONFIGURATION.name)  # type: ignore[no-untyped-call]
    texts = Catalog(fuzzy=False)
    for name, line, text, comments, _ in extract_from_dir(package, methods, options, keywords=keywords()):
        texts.add(text, None, [(f"{package.name}/{name}", line)], auto_comments=comments)
    return texts


def keywords() -> dict[str, tuple[int, int] | None]:
    """The calls whose text is translated. The sentence of a refusal is one: its door says it in the viewer's language."""
    refusals = dict.fromkeys((Refusal.__name__, *(kind.__name__ for kind in Refusal.__subclasses__())))
    return {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)} | refusals


def written(language: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue of one language as it is on disk; an empty one where there is none yet."""
    locale, path = language.replace("-", "_"), catalogue_path(language, folder)
    if not path.exists():
        return Catalog(locale=locale, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale, charset="utf-8", abort_invalid=True)


def update(language: str, texts: Catalog, folder: Path = FOLDER) -> list[str]:
    """Writes one catalogue, sorted and without dates, so that nothing changes when nothing is new; returns what is missing."""
    catalogue = written(language, folder)
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    content = io.BytesIO()
    write_po(content, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    path = catalogue_path(language, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_HEADER.format(locale=catalogue.locale) + content.getvalue().decode(), encoding="utf-8")
    return [str(message.id) for message in catalogue if message.id and not _said(message.string)]


def _said(translation: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(translation or [""])


def main() -> None:
    texts = extracted()
    for language in LANGUAGES[1:]:
        missing = update(language, texts)
        click.echo(f"{language}: {len(texts)} texts, {len(missing)} without translation")
        for text in missing:
            click.echo(f"  {text!r}")


if __name__ == "__main__":
    main()
