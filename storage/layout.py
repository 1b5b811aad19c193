"""Where things stand in the store: the one place that makes keys.

``received/`` holds sources by their hash, ``work/`` what may be thrown away, and every other
top folder is an office with its files and their versions.
"""

from __future__ import annotations

import unicodedata

from storage.keys import RECEIVED, WORK, check_key

MANIFEST_NAME = "manifest.json"
"""The object that is written last and makes a deposit one."""

_NAME_LIMIT_BYTES = 180
_OUTSIDE_NAMES = frozenset('/\\<>:"|?*')
_JOINERS = frozenset("\u200c\u200d")  # they change how Hindi words look, so they are text
_TAKEN = frozenset({RECEIVED.rstrip("/"), WORK.rstrip("/")})


def received_key(sha256: str) -> str:
    """Key of a source as it came in, by its SHA-256 in lower-case hex."""
    return check_key(f"{RECEIVED}{sha256[:2]}/{sha256}")


def work_key(batch_id: str, page_id: str, name: str) -> str:
    """Key of something made on the way, such as one page's ``alto.xml``."""
    return check_key(f"{work_prefix(batch_id, page_id)}{safe_name(name)}")


def work_prefix(batch_id: str, page_id: str = "") -> str:
    """What the work-in-progress keys of a batch, or of one page of it, begin with."""
    prefix = f"{WORK}{safe_name(batch_id)}/"
    return f"{prefix}{safe_name(page_id)}/" if page_id else prefix


def deposit_prefix(office: str, file_id: str, version: int) -> str:
    """What all keys of one version of a file begin with: ``<office>/<file id>/v<version>/``.

    Args:
        office: code or name of the office; what cannot stand in a key becomes ``_``, and the
            two names the store uses itself get ``office-`` before them.
        file_id: the program's own id of the file, unlike any other's in all offices.
        version: 1, 2, …
    """
    folder = safe_name(office)
    if folder.casefold() in _TAKEN:
        folder = f"office-{folder}"
    return f"{folder}/{safe_name(file_id)}/v{version:d}/"


def master_key(deposit: str, sequence: int, source_name: str) -> str:
    """Key of a scan as received, below a ``deposit_prefix``.

    Args:
        deposit: the deposit's prefix, with its slash.
        sequence: place in the file of the (first) page it shows, from 1; it makes keys of
            equal or shortened names differ.
        source_name: the name it came with, for people; only its last part is used.
    """
    return check_key(f"{deposit}masters/{sequence:05d}-{safe_name(source_name)}")


def alto_key(deposit: str, sequence: int) -> str:
    """Key of one page's words, ALTO XML."""
    return check_key(f"{deposit}alto/{sequence:05d}.xml")


def access_key(deposit: str) -> str:
    """Key of the PDF/A that people read."""
    return check_key(f"{deposit}access.pdf")


def manifest_key(deposit: str) -> str:
    """Key of the list of everything in the deposit."""
    return check_key(f"{deposit}{MANIFEST_NAME}")


def deposit_of(key: str) -> str | None:
    """The deposit prefix that a key stands under; ``None`` for sources and work in progress."""
    parts = key.split("/", 3)
    if len(parts) < 4 or parts[0] in _TAKEN:
        return None
    return "/".join(parts[:3]) + "/"


def safe_name(name: str) -> str:
    """A name that can be one segment of a key on any store and, copied out, on any disk.

    It keeps its letters in any script and its suffix; path parts before the last slash are
    dropped, signs that some file system forbids become ``_``, and it is cut to 180 bytes.
    Different names can come out equal: keep the original where it matters.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = "".join(character if _may_stand(character) else "_" for character in last)
    clean = clean.strip(" .") or "unnamed"
    stem, dot, suffix = clean.rpartition(".")
    if not stem or len(suffix.encode()) > 16:
        stem, dot, suffix = clean, "", ""
    room = _NAME_LIMIT_BYTES - len((dot + suffix).encode())
    kept = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return unicodedata.normalize("NFC", kept + dot + suffix)


def _may_stand(character: str) -> bool:
    if character == " " or character in _JOINERS:
        return True
    return character not in _OUTSIDE_NAMES and unicodedata.category(character)[0] not in "CZ"
