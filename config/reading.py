"""How pages are read here: who reads again what matters, which corrections are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import Settings
from errors import ToolMissing, WrongUsage

if TYPE_CHECKING:
    from ocr.engine import OcrEngine
    from ocr.pytesseract_engine import PytesseractEngine
    from ocr.reader import ReadingOptions
    from ocr.second import SecondReaders
    from ocr.tesserocr_engine import TesserocrEngine

LATIN, HINDI = "eng", "hin"
OWN, OWN_AND_TESSERACT = "own", "own+tesseract"
ENGINES = ("tesserocr", "pytesseract", OWN, OWN_AND_TESSERACT)
_WITH_TESSERACT = ("tesserocr", "pytesseract", OWN_AND_TESSERACT)


def first_reader(settings: Settings) -> OcrEngine | None:
    """The engine of ours that ``ABHILEKH_OCR_ENGINE`` names, ``None`` for somebody else's.

    Raises:
        ToolMissing: its program, library or model is not installed.
    """
    if settings.ocr_engine in (OWN, OWN_AND_TESSERACT):
        from ocr.own_engine import OwnEngine

        return OwnEngine()
    tesseract = tesseract_of(settings)
    if tesseract is None:
        return None
    return tesseract(tessdata=settings.tessdata, language=settings.ocr_model)


def tesseract_of(settings: Settings) -> type[TesserocrEngine | PytesseractEngine] | None:
    """The Tesseract that takes part in reading, ``None`` where none does."""
    if settings.ocr_engine in ("tesserocr", OWN_AND_TESSERACT):
        from ocr.tesserocr_engine import TesserocrEngine

        return TesserocrEngine
    if settings.ocr_engine == "pytesseract":
        from ocr.pytesseract_engine import PytesseractEngine

        return PytesseractEngine
    return None


def reading_options(settings: Settings, first: OcrEngine) -> ReadingOptions:
    """How pages are read beside what the engine itself decides.

    Raises:
        WrongUsage: no such correction.
    """
    from ocr.reader import ReadingOptions

    return ReadingOptions(second=make_second(settings, first), uncorrected=uncorrected(settings))


def uncorrected(settings: Settings) -> frozenset[str]:
    """Names of the corrections that ``ABHILEKH_CORRECTIONS_OFF`` leaves out.

    Raises:
        WrongUsage: no such correction.
    """
    names = frozenset(filter(None, map(str.strip, settings.corrections_off.split(","))))
    if not names:
        return names
    from ocr.corrections import rules

    known = [rule.name for rule in rules()]
    for name in sorted(names - set(known)):
        raise WrongUsage(
            "There is no correction {name}.",
            kept="Nothing was begun.",
            todo="Choose among: {known}.",
            name=name,
            known=", ".join(known),
        )
    return names


def make_second(settings: Settings, first: OcrEngine) -> SecondReaders:
    """Who reads again beside ``first``; nobody when that is switched off.

    A model that is not installed stops nothing: numbers are then read again by the large model
    at another scale, or stay as they were read, as unsure words do.
    """
    from ocr.second import NOBODY, SecondReaders

    tesseract = tesseract_of(settings)
    if tesseract is None or not settings.second_readings:
        return NOBODY

    def with_model(model: str) -> OcrEngine | None:
        try:
            return tesseract(tessdata=settings.tessdata, language=model)
        except ToolMissing:
            return None

    if settings.ocr_engine == OWN_AND_TESSERACT:
        script = with_model(settings.ocr_model)
        return SecondReaders(with_model(LATIN) or script, script, script, lines=script)
    return SecondReaders(
        latin=with_model(LATIN) or first, devanagari=first, hindi=with_model(HINDI)
    )


def missing_models(settings: Settings) -> tuple[str, ...]:
    """Models of the second readings that are not installed, though they are asked for."""
    from ocr.models import tessdata_with

    if settings.ocr_engine not in _WITH_TESSERACT or not settings.second_readings:
        return ()
    missing = []
    own = settings.ocr_engine == OWN_AND_TESSERACT
    for model in (LATIN, settings.ocr_model if own else HINDI):
        try:
            tessdata_with(model, tessdata=settings.tessdata)
        except ToolMissing:
            missing.append(model)
    return tuple(missing)
