"""What the pages left undone when they ended is done when they are started again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.servers.places import wait_until
from tests.conftest import written_scan
from tests.web.pages import WITHIN_S, Pages

pytestmark = pytest.mark.timeout(300)
DECIDED_AND_DIED = """
from config.app import build_app, set_up_django
from config.settings import read_settings
settings = read_settings()
set_up_django(settings)
from datetime import timedelta
from django.utils import timezone
from pipeline import review
from pipeline.decisions import Decision, Reviewer
from records.models import PhysicalFile
file = PhysicalFile.objects.get()
app = build_app(settings, holder="web 1")
review.decide(app, file, Decision(fields={"subject": "भूमि आवंटन"}, accept=True), Reviewer("asha"))
soon = timezone.now() + timedelta(hours=1)
PhysicalFile.objects.update(lease_holder="web 4194999", lease_until=soon, tries=1)
"""


def test_a_decision_whose_version_was_not_made_is_taken_up_by_the_next_start(
    tmp_path: Path,
) -> None:
    pages = Pages(tmp_path / "home")
    written_scan(tmp_path / "box" / "नस्ती १" / "1.png", mark=1)
    pages.told("run", str(tmp_path / "box"), "--json")
    pages.told("-c", DECIDED_AND_DIED)

    def file() -> dict[str, Any]:
        batch = json.loads(pages.told("batch", "list", "--json"))["batches"][0]["id"]
        files: list[dict[str, Any]] = json.loads(pages.told("batch", "show", batch, "--json"))[
            "files"
        ]
        return files[0]

    assert (file()["state"], file()["deposit"]["version"]) == ("pending", 1)
    with pages.running():
        wait_until(lambda: file()["deposit"]["version"] == 2, "the version", WITHIN_S)
    assert file()["metadata"]["subject"]["value"] == "भूमि आवंटन"
