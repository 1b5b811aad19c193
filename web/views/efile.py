"""Which e-file a file is: a reviewer chooses among the candidates of the register, or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lang import say
from pipeline import link as use_case
from pipeline.decisions import Reviewer
from records import eyes, links
from records.access import Scope
from records.models import PhysicalFile
from web.audit import noted
from web.rights import Right, needs
from web.seat import seated
from web.views.files import file_in
from web.wiring import app

NONE, BACK = "none", "back"
LONGEST_NUMBER = 18


@needs(Right.REVIEW)
@require_POST
def choose(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """The file is linked as the reviewer says; its next version tells of it."""
    found, who = file_in(scope, file_id), request.user.get_username()
    said = request.POST.get("efile", "")
    if said.isdecimal() and not eyes.efiles_in(scope, {said}):
        raise Http404
    seen, version = (_number(request.POST.get(name, "")) for name in ("seen", "version"))
    number = None if said == NONE else said
    reviewer = Reviewer(who, version)
    with seated(found, who):
        if said == BACK:
            use_case.take_back(app(), found, seen, reviewer)
        else:
            use_case.answer(app(), found, use_case.Answer(number, seen), reviewer)
    if said == BACK:
        done = say("Taken back. What the register says counts again.")
    elif number is None:
        done = say("Saved. The file is linked to no e-file.")
    else:
        done = say("Saved. The file is linked to the e-file {number}.", number=number)
    noted(request, "choose e-file", f"file {found.pk}", said=said)
    messages.success(request, done)
    return redirect("review-file", found.pk)


def question(found: PhysicalFile, efile: Mapping[str, Any]) -> dict[str, Any]:
    """What the desk asks about the e-file; empty where the register was never asked.

    Args:
        found: the file.
        efile: its report, without what the reader may not see.
    """
    if efile["linked_at"] is None:
        return {}
    unseen = efile["match"] in ("exact", "probable") and not efile["computer_number"]
    person = "" if unseen else links.person_behind(found)
    return {**efile, "person": person, "seen": links.last_event(found)}


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) <= LONGEST_NUMBER else 0
