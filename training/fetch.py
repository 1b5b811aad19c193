"""``python -m training.fetch FOLDER``: typefaces and word lists, from Debian, npm and PyPI.

Writes ``typefaces.json`` (what each font can draw, its source and licence) and the texts that
lines are made of. Nothing of it is committed.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from training.alphabet import SIGNS, plain
from training.old_forms import DONORS, with_old_forms
from training.typefaces import HELD_BACK

_HERE = Path(__file__).parent
_DEBIAN = {
    "devanagari": {
        "fonts-lohit-deva": ("Lohit-Devanagari.ttf",),
        "fonts-noto-core": ("NotoSansDevanagari-*.ttf",),
        "fonts-deva-extra": ("chandas1-2.ttf", "kalimati.ttf", "samanata.ttf"),
        "fonts-samyak-deva": ("Samyak-Devanagari.ttf",),
        "fonts-sarai": ("Sarai.ttf",),
        "fonts-aksharyogini2": ("Aksharyogini2Normal.ttf",),
        "fonts-lohit-deva-marathi": ("Lohit-Marathi.ttf",),
        "fonts-lohit-deva-nepali": ("Lohit-Nepali.ttf",),
        "fonts-freefont-ttf": ("FreeSerif.ttf", "FreeSans.ttf"),
    },
    "held_back": {
        "fonts-noto-core": ("NotoSerifDevanagari-Regular.ttf", "NotoSerifDevanagari-Bold.ttf"),
        "fonts-gargi": ("Gargi.ttf",),
        "fonts-nakula": ("nakula.ttf",),
        "fonts-sahadeva": ("sahadeva.ttf",),
        "fonts-sil-annapurna": ("AnnapurnaSIL-Regular.ttf", "AnnapurnaSIL-Bold.ttf"),
    },
    "latin": {
        "fonts-liberation": ("Liberation*.ttf",),
        "fonts-dejavu-core": ("DejaVu*.ttf",),
        "fonts-freefont-ttf": ("Free*.ttf",),
    },
}
_TYPED = re.compile(r"mono|courier|elite|typ", re.I)
_DOTS = re.compile(r"dot|vt323", re.I)
_DEVANAGARI_WEIGHTS = (400, 500, 600, 700)
_LATIN_WEIGHTS = (400, 700)
# Faces of running text that are also set with the letters of old presses.
_OLD = re.compile(
    "chandas|samanata|kalimati|^sarai|freeserif|lohit-deva|samyak|aksharyogini|martel-d|karma|halant"
    "|sahitya|kadwa|vesper|tiro-|eczar|sumana|notosansdevanagari-|inknut|sura-",
    re.I,
)
_BOLD = re.compile(r"bold|-[67]00-", re.I)
# Faces whose letters no office has ever printed with.
_ORNAMENTAL = ("modak", "shrikhand")


def main(arguments: list[str] | None = None) -> int:
    """Fetch everything into the folder; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.fetch", description=__doc__)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    folder: Path = asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    _install_npm(folder)
    found: dict[str, list[dict[str, Any]]] = {"devanagari": [], "latin": [], "held_back": []}
    for script, entry in (*_debian_fonts(), *_npm_fonts(folder)):
        found[script].append(entry)
    found["devanagari"] += list(_old_forms(found["devanagari"], folder))
    for entries in found.values():
        entries.sort(key=lambda entry: str(entry["path"]))
    (folder / "typefaces.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    _write_words(folder)
    print({script: len(entries) for script, entries in found.items()})
    return 0


def _install_npm(folder: Path) -> None:
    shutil.copy(_HERE / "package.json", folder / "package.json")
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)


def _debian_fonts() -> Iterator[tuple[str, dict[str, Any]]]:
    for script, packages in _DEBIAN.items():
        for package, patterns in packages.items():
            for pattern in patterns:
                for path in sorted(Path("/usr/share/fonts").rglob(pattern)):
                    licence = f"see the Debian package {package}"
                    entry = _entry(path, script, package, licence)
                    if entry:
                        yield script, entry


def _npm_fonts(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    plain_fonts = folder / "plain"
    plain_fonts.mkdir(exist_ok=True)
    for package in sorted((folder / "node_modules" / "@fontsource").iterdir()):
        if package.name in _ORNAMENTAL:
            continue
        about = json.loads((package / "package.json").read_text(encoding="utf-8"))
        source = f"@fontsource/{package.name} {about['version']}"
        for script, weights in (("devanagari", _DEVANAGARI_WEIGHTS), ("latin", _LATIN_WEIGHTS)):
            for weight in weights:
                woff = package / "files" / f"{package.name}-{script}-{weight}-normal.woff"
                if woff.exists():
                    path = _as_truetype(woff, plain_fonts)
                    entry = _entry(path, script, source, str(about["license"]))
                    if entry:
                        yield script, entry


def _old_forms(faces: list[dict[str, Any]], folder: Path) -> Iterator[dict[str, Any]]:
    """The faces of running text again, with the letters of old presses."""
    made = folder / "old"
    made.mkdir(exist_ok=True)
    donors = [next(Path("/usr/share/fonts").rglob(name)) for name in DONORS]
    for face in faces:
        path = Path(face["path"])
        target = made / f"{path.stem}-old.ttf"
        if _OLD.search(path.stem) and with_old_forms(
            path, donors[bool(_BOLD.search(path.stem))], target
        ):
            entry = _entry(target, "devanagari", face["source"], face["licence"])
            if entry:
                yield entry


def _as_truetype(woff: Path, folder: Path) -> Path:
    path = folder / f"{woff.stem}.ttf"
    if not path.exists():
        font = TTFont(woff)
        font.flavor = None
        font.save(path)
    return path


def _entry(path: Path, script: str, source: str, licence: str) -> dict[str, Any] | None:
    """What the catalogue says of a font; None when it is held back or lacks its script."""
    letters_only = path.name.lower().replace("-", "")
    if script == "devanagari" and any(name.lower() in letters_only for name in HELD_BACK):
        return None
    font = TTFont(path, lazy=True)
    known = font.getBestCmap()
    signs = {sign for sign in SIGNS if len(sign) == 1 and ord(sign) in known}
    needed = "AaMmZz09.,-/" if script == "latin" else "कखगतनमरसहािीे्ं"
    if not set(needed) <= signs:
        return None
    names = font["name"]
    family = str(names.getDebugName(16) or names.getDebugName(1) or path.stem)
    style = "typed" if _TYPED.search(path.name) else "dots" if _DOTS.search(path.name) else "set"
    return {
        "path": str(path),
        "family": family,
        "source": source,
        "licence": licence,
        "signs": "".join(sorted(signs)),
        "style": style,
    }


def _write_words(folder: Path) -> None:
    """``words.json``: lists of words with their weights, by language."""
    import wordfreq

    made: dict[str, list[list[Any]]] = {}
    for language, count in (("hi", 30000), ("en", 30000)):
        words = wordfreq.top_n_list(language, count)
        made[language] = [[plain(word), wordfreq.word_frequency(word, language)] for word in words]
    for language in ("hi", "mr"):
        made[f"{language}-spelling"] = [[word, 1.0] for word in _spelling(language)]
    (folder / "words.json").write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


def _spelling(language: str) -> list[str]:
    """Words of the aspell dictionary of the language."""
    command = ["aspell", "-d", language, "dump", "master"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted({plain(word.split("/")[0]) for word in listed.split() if len(word) > 1})


if __name__ == "__main__":
    raise SystemExit(main())
