"""The words of a file's pages, fetched page by page: memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import overload

from ocr.alto import read_alto
from ocr.page import Appearance, Line, PageText
from pipeline.app import App
from records.models import Page

KEPT = 64  # pages, some 12 MB: a file of ordinary size is parsed once, not for every use
KEPT_REVISED = 400  # pages, some 75 MB: somebody waits for the version, no engine is at work


class TextsOfFile(Sequence[PageText]):
    """The texts of ``pages``, each read from its ALTO when asked for; the first ones are kept.

    A longer file is gone through from front to back, more than once: then those that were asked
    for last would be of no use the next time. Of the others only the one in use is kept.
    """

    def __init__(self, app: App, pages: Sequence[Page], *, kept: int = KEPT) -> None:
        self._keys = [page.parts["alto"]["key"] for page in pages]
        first_keys = set(self._keys[:kept])

        def read(key: str) -> PageText:
            return read_alto(app.store.read_bytes(key))

        first, later = lru_cache(kept)(read), lru_cache(1)(read)

        def one_of(key: str) -> PageText:
            return first(key) if key in first_keys else later(key)

        self._read = one_of

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> PageText: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[PageText]: ...

    def __getitem__(self, place: int | slice) -> PageText | Sequence[PageText]:
        if isinstance(place, slice):
            return [self._read(key) for key in self._keys[place]]
        return self._read(self._keys[place])


class SaidWords(Sequence[Sequence[str]]):
    """The words alone of every page, kept close together for those who ask more than once.

    A text is a hundred times as large as its words; these may stay in memory for a whole file.
    """

    def __init__(self, texts: TextsOfFile) -> None:
        self._texts = texts
        self._said: list[str | None] = [None] * len(texts)

    def noted(self, place: int) -> PageText:
        """The whole text of the page; its words are known from now on."""
        text = self._texts[place]
        self._said[place] = "\n".join(word.text for word in text.words)
        return text

    def __len__(self) -> int:
        return len(self._said)

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Sequence[str]]: ...

    def __getitem__(self, place: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        said = self._said[place]
        if said is None:
            self.noted(place)
            return self[place]
        return said.split("\n") if said else []


class LaterText:
    """One page's text that is fetched when its lines are looked at, not before."""

    def __init__(self, texts: TextsOfFile, place: int, page: Page) -> None:
        self._texts = texts
        self._place = place
        self.width_px = page.width_px or 1
        self.height_px = page.height_px or 1
        self.dpi = page.dpi or 300.0

    @property
    def lines(self) -> tuple[Line, ...]:
        """The page's lines in reading order."""
        return self._texts[self._place].lines

    @property
    def appearance(self) -> Appearance | None:
        """What the page looks like."""
        return self._texts[self._place].appearance
