"""Where the recognition models lie: a folder given by the caller, else Debian's."""

from __future__ import annotations

from pathlib import Path

from errors import ToolMissing

DEBIAN_TESSDATA = Path("/usr/share/tesseract-ocr/5/tessdata")
DEVANAGARI = "Devanagari"  # the script model: reads Hindi and English, keeps the digit 1

_PACKAGES = {DEVANAGARI: "tesseract-ocr-script-deva"}


def tessdata_with(language: str, *, tessdata: Path | None = None) -> Path:
    """The folder that holds every model of ``language``.

    Args:
        language: Tesseract's name of one model, or several joined with ``+``.
        tessdata: where to look; Debian's folder when ``None``.

    Raises:
        ToolMissing: a model is not there; the message names the package to install.
    """
    folder = tessdata or DEBIAN_TESSDATA
    for name in language.split("+"):
        if not (folder / f"{name}.traineddata").is_file():
            raise ToolMissing(
                "The recognition model {model} is not in {folder}.",
                kept="The scans as received; nothing was changed.",
                todo="Install it: sudo apt-get install {package}",
                model=name,
                folder=folder,
                package=package_of(name),
            )
    return folder


def package_of(model: str) -> str:
    """The Debian package that installs ``model``.

    Source: Debian 12 names language models ``tesseract-ocr-<code>``, with ``_`` as ``-``.
    """
    return _PACKAGES.get(model, f"tesseract-ocr-{model.lower().replace('_', '-')}")
