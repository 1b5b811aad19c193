"""Typefaces of today with the letters of old presses: अ, आ, ओ, औ, झ, ण, ण् and क्ष as they were.

No free typeface of running text is cut with these forms, but one brings them as a variant (its
stylistic set 3, the forms of Calcutta's presses). They are taken from it and put in place of the
usual ones: the rest of each face stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

DONORS = ("FreeSerif.ttf", "FreeSerifBold.ttf")
_VARIANTS = "ss03"
_VIRAMA, _AA = 0x94D, 0x93E
_MA, _A, _JHA, _NNA, _KA, _SSA = 0x92E, 0x905, 0x91D, 0x923, 0x915, 0x937
_WITH_AA = {0x906: (), 0x913: (0x947,), 0x914: (0x948,)}  # आ, ओ, औ: the marks above their ा


def with_old_forms(face: Path, donor: Path, made: Path) -> bool:
    """Write the face with the donor's old letters.

    Args:
        face: a TrueType font with Devanagari.
        donor: the font that has the forms as a variant.
        made: where the new font goes.

    Returns:
        False when the face has no outlines of this kind; nothing is written then.
    """
    font, giver = TTFont(face), TTFont(donor)
    if "glyf" not in font or not {_A, _NNA, _AA, _MA} <= set(font.getBestCmap()):
        return False
    scale = _height(font) / _height(giver)
    drawn = giver.getGlyphSet()
    for theirs, ours in _pairs(font, giver):
        _put(font, ours, [(drawn[theirs], scale, 0.0)])
    _put_vowels(font)
    name = font["name"]
    family = f"{name.getDebugName(16) or name.getDebugName(1)} (old forms)"
    for number in (1, 16):
        name.setName(family, number, 3, 1, 0x409)
    font.save(made)
    return True


def _pairs(font: TTFont, giver: TTFont) -> Iterator[tuple[str, str]]:
    """(the donor's old form, the face's glyph that it takes the place of)."""
    old = _variants(giver)
    for path in ((_A,), (_JHA,), (_NNA,), (_JHA, _VIRAMA), (_NNA, _VIRAMA), (_KA, _VIRAMA, _SSA)):
        theirs, ours = _glyph(giver, path), _glyph(font, path)
        if theirs in old and ours:
            yield old[theirs], ours


def _put_vowels(font: TTFont) -> None:
    """आ, ओ and औ made of the old अ, the face's ा and the marks above it."""
    named, drawn, wide = font.getBestCmap(), font.getGlyphSet(), font["hmtx"]
    for vowel, marks in _WITH_AA.items():
        if vowel not in named or not set(marks) <= set(named):
            continue
        end = float(wide[named[_A]][0])
        parts = [(drawn[named[_A]], 1.0, 0.0), (drawn[named[_AA]], 1.0, end)]
        end += wide[named[_AA]][0]
        parts += [(drawn[named[mark]], 1.0, end) for mark in marks]
        _put(font, named[vowel], parts)
        wide[named[vowel]] = (round(end), wide[named[vowel]][1])


def _put(font: TTFont, name: str, parts: list[tuple[Any, float, float]]) -> None:
    """Draw a glyph anew from (glyph, scale, distance from the left)."""
    pen, width = TTGlyphPen(None), 0.0
    for glyph, scale, left in parts:
        plain = DecomposingRecordingPen(glyph.glyphSet)
        glyph.draw(plain)
        plain.replay(TransformPen(pen, (scale, 0, 0, scale, left, 0)))
        width = max(width, left + glyph.width * scale)
    font["glyf"][name] = drawn = pen.glyph()
    drawn.recalcBounds(font["glyf"])
    font["hmtx"][name] = (round(width), getattr(drawn, "xMin", 0))


def _height(font: TTFont) -> float:
    """How far म, and with it the headline, rises over the baseline, in the font's units."""
    return float(font["glyf"][font.getBestCmap()[_MA]].yMax)


def _variants(font: TTFont) -> dict[str, str]:
    """Glyph → its old form."""
    table, found = font["GSUB"].table, {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == _VARIANTS:
            for number in record.Feature.LookupListIndex:
                for part in table.LookupList.Lookup[number].SubTable:
                    found.update(getattr(part, "mapping", {}))
    return found


def _glyph(font: TTFont, signs: tuple[int, ...]) -> str | None:
    """The glyph of a sign, or of several that join to one; None when the font has none."""
    named = font.getBestCmap()
    if not set(signs) <= set(named):
        return None
    first, *rest = (named[sign] for sign in signs)
    if not rest:
        return str(first)
    return next((joined for parts, joined in _ligatures(font, first) if parts == rest), None)


def _ligatures(font: TTFont, first: str) -> Iterator[tuple[list[str], str]]:
    if "GSUB" not in font:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for part in lookup.SubTable:
            real = getattr(part, "ExtSubTable", part)
            for ligature in getattr(real, "ligatures", {}).get(first, ()):
                yield list(ligature.Component), str(ligature.LigGlyph)
