"""Double entry: a person keys a file's number from its picture, seeing nobody else's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from errors import WrongUsage
from lang import say
from pipeline import double_entry
from pipeline import review as use_case
from pipeline.decisions import Reviewer
from records import access, desk, number_entries
from records.access import Scope
from records.models import Page, PhysicalFile
from web.audit import noted
from web.rights import Right, needs
from web.views.files import file_in
from web.wiring import app, versions_here

FIRST_PAGES = 3


@needs(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def numbers(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """The next file whose number waits for this person; its pages, not what it is called."""
    who = request.user.get_username()
    refused = None
    if request.method == "POST":
        found = file_in(scope, request.POST.get("file", ""))
        try:
            return _keyed(request, found, who)
        except WrongUsage as error:
            refused = error
    left = number_entries.left_to(who, access.files(scope))
    free = left.filter(desk.free(who, timezone.now()))
    posted = free.filter(pk=request.POST.get("file", "")).first()
    file = posted or free.first()
    if file is not None and not refused:
        noted(request, "key number", f"file {file.pk}")
    shown = {
        "refused": refused,
        "file": file,
        "left": left.count(),
        "pages": _pages(file) if file else [],
        "typed": request.POST.get("number", "") if posted else "",
    }
    return render(request, "web/numbers.html", shown, status=409 if refused else 200)


def _keyed(request: HttpRequest, found: PhysicalFile, who: str) -> HttpResponse:
    """On to the next file.

    Raises:
        WrongUsage: it can be no number, or nobody asks for it.
    """
    said = request.POST.get("number", "").replace("\0", "")
    agreed = double_entry.enter(app(), found, said, Reviewer(who))
    noted(request, "keyed number", f"file {found.pk}", agreed=agreed)
    if agreed and versions_here():
        use_case.make_version(app(), found)
    messages.success(request, say("Kept."))
    return redirect("numbers")


def _pages(file: PhysicalFile) -> list[Page]:
    """The first pages, and the one on which the number was read."""
    rows = Page.objects.filter(file=file, state="recognised").order_by("sequence")
    first = list(rows[:FIRST_PAGES])
    read_on = (file.metadata.get("file_number") or {}).get("page")
    more = rows.filter(sequence=read_on).first() if read_on else None
    return [more, *(one for one in first if one != more)] if more else first
