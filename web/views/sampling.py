"""Sampling lots: drawn, judged file by file, and what they say of those who scanned."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from errors import WrongUsage
from lang import say
from pipeline import sampling as use_case
from pipeline.sampling_plan import limits
from records import access, sampling_reads
from records.access import Scope
from web import tables
from web.audit import noted
from web.rights import Right, needs
from web.views.files import file_in
from web.views.listed import lots_table, operators_table
from web.wiring import app

BATCHES = 200
DIGITS = 6


@needs(Right.SAMPLE)
@require_http_methods(["GET", "POST"])
def sampling(request: HttpRequest, *, scope: Scope) -> HttpResponseBase:
    """All lots of the person, the form that draws one, results by operator."""
    refused = None
    if tables.wanted(request):
        noted(request, "fetch table", "sampling")
        if request.GET.get("table") == "operators":
            return tables.sent(request, operators_table(sampling_reads.operators(scope)))
        return tables.sent(request, lots_table(sampling_reads.lots(scope)))
    if request.method == "POST":
        try:
            return _drawn(request, scope)
        except WrongUsage as error:
            refused = error
    use_case.settle_due(app())
    shown = {
        "refused": refused,
        "lots": sampling_reads.lots(scope),
        "operators": sampling_reads.operators(scope),
        "batches": access.batches(scope).order_by("-created_at", "-id")[:BATCHES],
        "departments": sorted(scope.departments) if scope.departments is not None else None,
        "limits": limits(),
        "said": request.POST,
        "query": tables.query_of(request),
    }
    return render(request, "web/sampling.html", shown, status=409 if refused else 200)


@needs(Right.SAMPLE)
@require_http_methods(["GET", "POST"])
def lot(request: HttpRequest, lot_id: str, *, scope: Scope) -> HttpResponse:
    """One lot; a verdict is posted for one of its files."""
    found = access.lots(scope).filter(pk=lot_id).first()
    if found is None:
        raise Http404
    refused = None
    if request.method == "POST":
        file = file_in(scope, request.POST.get("file", ""))
        is_good = request.POST.get("verdict") == "good"
        note = request.POST.get("note", "").replace("\0", "")
        verdict = use_case.Verdict(is_good, request.user.get_username(), note)
        try:
            use_case.judge(app(), found, file.pk, verdict)
        except WrongUsage as error:
            refused = error
        else:
            noted(request, "judge sample", f"file {file.pk}", lot=found.pk, good=is_good)
            return redirect("lot", found.pk)
    use_case.settle_due(app())
    shown = {"refused": refused, **sampling_reads.lot_report(found, scope)}
    return render(request, "web/lot.html", shown, status=409 if refused else 200)


def _drawn(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The page of a new lot.

    Raises:
        WrongUsage: nothing can be drawn so.
    """
    batch = access.batches(scope).filter(pk=request.POST.get("batch", "")).first()
    department = request.POST.get("department", "").strip()[:64]
    if batch is None or not _is_theirs(scope, department):
        raise WrongUsage(
            "You may not draw files of this batch and department.",
            kept="Nothing was drawn.",
            todo="Choose a batch, and a department that your account is for.",
        )
    aql = request.POST.get("aql", "")
    rule = use_case.SamplingRule(
        aql=aql,
        percent=_figure(request, "percent", 5),
        accepted=int(_figure(request, "accepted", 0)),
        department=department,
        operator=request.POST.get("operator", "").replace("\0", ""),
        mended="mended" in request.POST,
    )
    made = use_case.draw(app(), batch, rule, request.user.get_username())
    noted(request, "draw sample", f"batch {batch.pk}", lot=made.pk, rule=made.rule)
    messages.success(request, say("The lot is drawn."))
    return redirect("lot", made.pk)


def _is_theirs(scope: Scope, department: str) -> bool:
    return scope.departments is None or department in scope.departments - {""}


def _figure(request: HttpRequest, name: str, usual: float) -> float:
    """A number that was typed; 0 where it is none."""
    said = request.POST.get(name, "").strip() or str(usual)
    whole, _, part = said.partition(".")
    fits = whole.isdecimal() and (not part or part.isdecimal()) and len(said) <= DIGITS
    return float(said) if fits else -1.0
