"""The reader's language, and the log of what people did."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

import lang
from lang import say
from records.access import Scope
from web import tables
from web.audit import noted
from web.middleware import COOKIE
from web.models import AuditEvent
from web.rights import Right, needs
from web.tables import Table
from web.views.progress import day_of

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
def audit(request: HttpRequest, *, scope: Scope) -> HttpResponseBase:
    """Sign-ins, views, downloads, decisions: newest first, by person or by file."""
    rows = AuditEvent.objects.order_by("-at", "-id")
    who, subject = request.GET.get("who", "").strip(), request.GET.get("subject", "").strip()
    if who:
        rows = rows.filter(who=who)
    if subject:
        kinds = ("file", "batch", "user")
        rows = rows.filter(subject__in=[subject, *(f"{kind} {subject}" for kind in kinds)])
    since, until = (day_of(request.GET.get(name, "")) for name in ("since", "until"))
    if since:
        rows = rows.filter(at__date__gte=since)
    if until:
        rows = rows.filter(at__date__lte=until)
    if tables.wanted(request):
        noted(request, "fetch table", "audit")
        return tables.sent(request, _events(rows.iterator(chunk_size=tables.AT_A_TIME)))
    found = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    chosen = {"who": who, "subject": subject, "since": since, "until": until}
    shown = {"events": found, "query": tables.query_of(request), **chosen}
    return render(request, "web/audit.html", shown)


def _events(rows: Iterator[AuditEvent]) -> Table:
    heads = ("When", "By", "Step", "What", "From", "Facts")
    return Table("audit", [say(head) for head in heads], map(_event_row, rows))


def _event_row(event: AuditEvent) -> list[str]:
    at = timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S")
    facts = json.dumps(event.facts, ensure_ascii=False) if event.facts else ""
    return [at, event.who, event.action, event.subject, event.address, facts]


def health(_request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
