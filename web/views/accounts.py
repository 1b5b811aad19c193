"""The reader's language, and the log of what people did."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

import lang
from records.access import Scope
from web.middleware import COOKIE
from web.models import AuditEvent
from web.rights import Right, needs

YEAR_S = 365 * 24 * 3600
ROWS = 100


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on; back to the page that asked."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("language", "")
    if chosen in (lang.ENGLISH, lang.HINDI):
        response.set_cookie(COOKIE, chosen, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


@needs(Right.AUDIT)
def audit(request: HttpRequest, *, scope: Scope) -> HttpResponse:
    """Sign-ins, views, downloads, decisions: newest first, by person or by file."""
    rows = AuditEvent.objects.order_by("-at", "-id")
    who, subject = request.GET.get("who", "").strip(), request.GET.get("subject", "").strip()
    if who:
        rows = rows.filter(who=who)
    if subject:
        kinds = ("file", "batch", "user")
        rows = rows.filter(subject__in=[subject, *(f"{kind} {subject}" for kind in kinds)])
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    return render(request, "web/audit.html", {"events": found, "who": who, "subject": subject})


def health(_request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
