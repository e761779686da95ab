"""Maintainer's script: fetches the browser libraries that we ship, checks them against the pins below, writes manifests.

Run it with Python alone after changing a version: `python contactcenter/static/vendor/vendor.py`. It needs `npm` and
the network. Nobody else needs either: what it writes is kept in the repository, and a shape test recomputes the hashes.
To move to another version, change version and integrity (`npm view <name>@<version> dist.integrity`).
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent
FOR_TESTS = SHIPPED.parents[2] / "tests" / "browser" / "vendor"

MIT = """MIT License

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@dataclass(frozen=True, slots=True)
class Library:
    """One npm package: what is taken from it, and the sha512 that npm published for its archive."""

    folder: str
    name: str
    version: str
    licence: str
    integrity: str
    files: tuple[str, ...]
    licence_files: tuple[str, ...] = ("LICENSE",)
    copyright: str = ""
    """Only for a package whose archive carries no licence file."""
    home: Path = SHIPPED


LIBRARIES = (
    Library(
        "htmx",
        "htmx.org",
        "2.0.11",
        "0BSD",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        ("dist/htmx.min.js",),
    ),
    Library(
        "idiomorph",
        "idiomorph",
        "0.8.0",
        "0BSD",
        "sha512-R47JBL+6jHDQvcnbppIUtXXcxi5h6+wuCEEZXnRhUltsgzPFKzThL5PuHppP9ypJuy+7WawcY1TsSBD/iQbMhw==",
        ("dist/idiomorph-ext.min.js",),
    ),
    Library(
        "alpine",
        "@alpinejs/csp",
        "3.17.4",
        "MIT",
        "sha512-SlRXmqO6kYhnxlg+99etmuzJtE9Lk4QbKjBHqerXzaMflJqoJXdz/SI3IvHJGZ/vRVyC3bR0SSBz40oY7goBeg==",
        ("dist/cdn.min.js",),
        licence_files=(),
        copyright="Alpine.js: Copyright © 2019-2021 Caleb Porzio and contributors\n"
        "Bundled @vue/reactivity: Copyright (c) 2018-present, Yuxi (Evan) You and Vue contributors",
    ),
    Library(
        "socket.io",
        "socket.io-client",
        "4.8.4",
        "MIT",
        "sha512-7wjKAvVXYOJsbmUgkWbnhPD4bFpkqrUR0++XOjpGFmqDqsqV1CI93VTraeExLxpjxEqrWgFoSRZu1ihjLWfkAA==",
        ("dist/socket.io.min.js",),
    ),
    Library(
        "uplot",
        "uplot",
        "1.6.32",
        "MIT",
        "sha512-KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==",
        ("dist/uPlot.iife.min.js", "dist/uPlot.min.css"),
    ),
    Library(
        "twilio-voice",
        "@twilio/voice-sdk",
        "2.18.5",
        "Apache-2.0",
        "sha512-2/tw1IDAIn7j6yFDOln8p93v3aHIxNIN93JwL98cHIlbkSNeU/Jt9zGM/0TvDpNjo+k88lvAew4jgOjKlc9/KA==",
        ("dist/twilio.min.js",),
        licence_files=("LICENSE.md",),
    ),
    Library(
        "axe",
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        ("axe.min.js",),
        licence_files=("LICENSE", "LICENSE-3RD-PARTY.txt"),
        home=FOR_TESTS,
    ),
)


def main() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not on the PATH. Only maintainers need it, and only to change a library's version.")
    for home in (SHIPPED, FOR_TESTS):
        entries = [fetch(npm, library) for library in LIBRARIES if library.home == home]
        text = json.dumps({"libraries": entries}, indent=2, ensure_ascii=False)
        (home / "manifest.json").write_text(text + "\n", encoding="utf-8")


def fetch(npm: str, library: Library) -> dict[str, object]:
    """Replace the library's folder with the files of the pinned archive; return its line of the manifest."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [npm, "pack", "--silent", "--pack-destination", scratch, f"{library.name}@{library.version}"],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=120,
        )
        archive = next(Path(scratch).glob("*.tgz"))
        check_integrity(library, archive.read_bytes())
        folder = library.home / library.folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        with tarfile.open(archive) as members:
            for path in (*library.files, *library.licence_files):
                (folder / Path(path).name).write_bytes(content_of(members, path))
    if library.copyright:
        (folder / "LICENSE").write_text(MIT.format(copyright=library.copyright), encoding="utf-8")
    return line_of(library, folder)


def check_integrity(library: Library, archive: bytes) -> None:
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if found != library.integrity:
        raise SystemExit(f"{library.name}@{library.version} is not the pinned archive: it has {found}.")


def content_of(archive: tarfile.TarFile, path: str) -> bytes:
    member = archive.extractfile(f"package/{path}")
    if member is None:
        raise SystemExit(f"The archive holds no file {path}.")
    return member.read()


def line_of(library: Library, folder: Path) -> dict[str, object]:
    return {
        "name": library.name,
        "version": library.version,
        "licence": library.licence,
        "integrity": library.integrity,
        "files": {
            f"{library.folder}/{path.name}": {"bytes": path.stat().st_size, "sha384": sha384(path)}
            for path in sorted(folder.iterdir())
        },
    }


def sha384(path: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


if __name__ == "__main__":
    main()
