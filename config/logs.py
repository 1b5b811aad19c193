"""Logs as JSON lines: events with facts and ids, never text of a record, never a secret."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime

from config.settings import Settings
from errors import AbhilekhError
from pipeline.journal import ids_in_work

OURS = "abhilekh"
FACTS_OF_ERRORS = frozenset({"endpoint", "bucket", "code", "times", "pid", "home", "place"})
"""Facts of our errors that are about machines; others may be names or words of a record."""


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, what happened, to which batch, file and page.

    Of an error of ours it keeps the class, the sentence without its facts, and the facts about
    machines; of any other exception the class and the places in the code. Of what libraries
    say it keeps only who spoke and where: their words may quote a record or a signed address.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line for one event."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "pid": record.process,
        }
        if record.name.split(".")[0] == OURS:
            line |= {"event": record.getMessage(), **ids_in_work(), **getattr(record, "facts", {})}
        else:
            place = f"{record.module}:{record.lineno}"
            line |= {"event": "library spoke", "library": record.name, "place": place}
            line |= ids_in_work()
        if record.exc_info and record.exc_info[1]:
            line |= _told(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _told(error: BaseException) -> Mapping[str, object]:
    told: dict[str, object] = {"error": type(error).__name__}
    if isinstance(error, AbhilekhError):
        said = error.unspoken()
        told["said"] = said["what"]
        told |= {name: error.facts[name] for name in FACTS_OF_ERRORS & error.facts.keys()}
    told["trace"] = [
        f"{place.filename}:{place.lineno} {place.name}"
        for place in traceback.extract_tb(error.__traceback__)
    ]
    return told


def set_up_logging(settings: Settings) -> None:
    """JSON lines to the home's ``logs`` folder, or to standard error for a container's engine."""
    handler: logging.Handler
    if settings.log == "stderr":
        handler = logging.StreamHandler(sys.stderr)
    else:
        path = settings.resolved_home / "logs" / "worker.log"
        handler = logging.FileHandler(path, delay=True)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)
