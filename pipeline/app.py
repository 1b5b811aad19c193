"""What a use case needs, as one value; put together by ``config.app``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from classify.doubts import Thresholds
from errors import InputRejected
from ingest.limits import Limits
from ocr.profile import Profile
from pipeline.measures import Measures, Unmeasured
from storage.store import ObjectStore

if TYPE_CHECKING:  # who only takes in or watches never needs what reads and describes
    from classify.rulebook import Rules
    from ocr.engine import OcrEngine
    from ocr.reader import ReadingOptions

_SIDE_PX = 32


@dataclass(frozen=True)
class Policy:
    """Choices of the site: limits, thresholds, image profile.

    Attributes:
        office: office code under which new batches are deposited.
        max_tries: tries of a page or file before it is set aside.
        page_time_limit_s: lease of one page; the supervisor ends a worker that is over it.
        cover_key: the office's secret for the check in the codes of cover sheets.
        own_rules: folder of the office's additions to the rules (see ``classify.additions``).
        queue: where new batches stand: ``bulk``, or ``urgent`` before all of those.
        thresholds: how sure a value must be; below that the file goes to review.
        upload_bytes: most bytes of one batch that comes through a browser; 0: none may.
        double_entry: when two people must key the file number: ``never``, ``unsure``, ``always``.
        sketch_days: so long after a batch is done a sheet of it is known when it comes again.
        link_s: seconds that browsers may fetch a PDF or scan from the store itself; 0: never.
        review_identity_numbers: whether a page with an Aadhaar-like number sends its file there.
    """

    office: str = "main"
    profile: Profile = Profile.COMPACT
    assumed_dpi: float | None = None
    limits: Limits = field(default_factory=Limits)
    max_tries: int = 3
    page_time_limit_s: float = 180.0
    cover_key: bytes = b""
    own_rules: Path | None = None
    queue: str = "bulk"
    thresholds: Thresholds = field(default_factory=Thresholds)
    review_identity_numbers: bool = False
    double_entry: str = "never"
    upload_bytes: int = 20_000_000_000
    sketch_days: float = 7.0
    link_s: int = 0

    def file_time_limit_s(self, pages: int) -> float:
        """Lease of a file's assembly or deposit: grows with its pages."""
        return self.page_time_limit_s + 1.0 * pages


@dataclass(frozen=True)
class Makers:
    """How the heavy parts are made, and what time it is.

    ``reading`` gets the first engine, so that its model need not be loaded twice for second
    readings; without it every page is read once. ``measures`` are told to nobody without it.
    """

    open_store: Callable[[], ObjectStore]
    make_engine: Callable[[], OcrEngine]
    clock: Callable[[], datetime]
    reading: Callable[[OcrEngine], ReadingOptions] | None = None
    measures: Measures = field(default_factory=Unmeasured)


class App:
    """Store, engine, clock, rules and policy; the heavy ones are made when first asked for.

    Attributes:
        workdir: a folder on this machine for what lives no longer than one step.
        software: name and version, as written into records.
        holder: names this process on the leases that it takes.
        measures: is told what happens and how long it takes.
    """

    def __init__(
        self, policy: Policy, makers: Makers, *, workdir: Path, software: str, holder: str
    ) -> None:
        self.policy = policy
        self.workdir = workdir
        self.software = software
        self.holder = holder
        self.clock = makers.clock
        self.measures = makers.measures
        self._makers = makers

    @cached_property
    def store(self) -> ObjectStore:
        """The object store of this installation."""
        return self._makers.open_store()

    @cached_property
    def engine(self) -> OcrEngine:
        """The engine that reads."""
        return self._makers.make_engine()

    @cached_property
    def reading(self) -> ReadingOptions:
        """How pages are read, who reads again what matters, what is left uncorrected."""
        from ocr.reader import ReadingOptions

        make = self._makers.reading
        return make(self.engine) if make else ReadingOptions()

    def load(self) -> None:
        """Load rules and every model now, so that processes forked from this one share them.

        Raises:
            ToolMissing: an engine cannot be made here.
        """
        import numpy as np

        _ = self.rules
        nothing = np.full((_SIDE_PX, _SIDE_PX), 255, np.uint8)
        for engine in (self.engine, *self.reading.second.engines):
            with suppress(InputRejected):  # of nothing, too, an engine may say that
                engine.recognise(nothing, dpi=300)  # makes it load what it would load later

    @property
    def reads_with(self) -> str:
        """The engine and the models that read again, as written into records."""
        again = self.reading.second.models
        return f"{self.engine.version}, again: {again}" if again else self.engine.version

    @cached_property
    def rules(self) -> Rules:
        """The rules that say what a file is."""
        from classify.rulebook import load_rules

        return load_rules(own=self.policy.own_rules)
