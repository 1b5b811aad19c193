"""Earlier versions of a file: one is brought back as a further one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lang import say
from pipeline import undo as use_case
from pipeline.decisions import Reviewer
from records.access import Scope
from web.audit import noted
from web.rights import Right, needs
from web.seat import seated, stand_up
from web.views.files import file_in
from web.wiring import app

LONGEST_NUMBER = 9


@needs(Right.REVIEW)
@require_POST
def undo(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """What people had decided by an earlier version holds again; nothing is thrown away."""
    found, who = file_in(scope, file_id), request.user.get_username()
    seen, to = (_number(request.POST.get(name, "")) for name in ("version", "to"))
    with seated(found, who):
        found = use_case.run(app(), found, to, Reviewer(who, seen))
    noted(request, "undo", f"file {found.pk}", to=to)
    stand_up(found, who)
    messages.success(request, say("Saved. The next version of the file is being deposited."))
    return redirect("review-file", found.pk)


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) <= LONGEST_NUMBER else 0
