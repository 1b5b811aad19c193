"""Moving pages that lie in the wrong file to another one of the batch, or to a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from errors import WrongUsage
from lang import say
from pipeline import moving
from pipeline import review as use_case
from pipeline.decisions import Reviewer
from records import access, desk
from records.access import Scope
from records.models import Page, PhysicalFile
from web.audit import noted
from web.rights import Right, needs
from web.views.files import file_in
from web.wiring import app, versions_here

OTHERS = 500
LONGEST_NUMBER = 7


@needs(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, file_id: str, *, scope: Scope) -> HttpResponse:
    """The file's pages to choose from, and where they belong."""
    found = file_in(scope, file_id)
    refused = None
    if request.method == "POST":
        try:
            return _moved(request, found, scope)
        except WrongUsage as error:
            refused = error
            found.refresh_from_db()
    pages = Page.objects.filter(file=found).exclude(state="replaced").order_by("sequence", "id")
    others = access.files(scope).filter(batch=found.batch_id, version__gt=0).exclude(pk=found.pk)
    shown = {
        "row": found,
        "refused": refused,
        "pages": pages,
        "others": others.order_by("ordinal").only("id", "source")[:OTHERS],
        "chosen": set(request.POST.getlist("page")),
        "to": request.POST.get("to", ""),
    }
    return render(request, "web/move.html", shown, status=409 if refused else 200)


def _moved(request: HttpRequest, found: PhysicalFile, scope: Scope) -> HttpResponse:
    """Back to the desk of the file.

    Raises:
        WrongUsage: the pages cannot be moved so, or one of the files is on another desk.
    """
    who = request.user.get_username()
    to = file_in(scope, request.POST["to"]) if request.POST.get("to") else None
    for one in filter(None, (found, to)):
        _sit_down(one, who)
    chosen = [said for said in request.POST.getlist("page") if _is_number(said)]
    seen = request.POST.get("version", "")
    asked = moving.Move([int(said) for said in chosen], to, request.POST.get("note", "")[:500])
    reviewer = Reviewer(who, int(seen) if _is_number(seen) else 0)
    target = moving.run(app(), found, asked, reviewer)
    noted(request, "move pages", f"file {found.pk}", to=target.pk, pages=len(chosen))
    for one in (found, target):
        desk.release(one, who)
        if versions_here():
            use_case.make_version(app(), one)
    messages.success(request, say("Saved. The next version of the file is being deposited."))
    return redirect("file", target.pk)


def _sit_down(file: PhysicalFile, who: str) -> None:
    held_by = desk.claim(file, who, timezone.now())
    if held_by != who:
        raise WrongUsage(
            "{who} has this file on the desk now. You can look, not save.",
            kept="Nothing was changed.",
            todo="Save again when the file is free; a file that nobody sits at is free soon.",
            who=held_by,
        )


def _is_number(said: str) -> bool:
    return said.isdecimal() and len(said) < LONGEST_NUMBER
