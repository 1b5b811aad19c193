"""Who may see what: the one place that every query for a person passes through."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from records.models import Batch, Page, PhysicalFile, SamplingLot, Upload


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the records a person may see; ``None`` means no bounds.

    Attributes:
        offices: codes of offices whose batches they see.
        departments: codes of departments whose files they see. A file whose department is not
            known yet belongs to nobody's.
    """

    offices: frozenset[str] | None = frozenset()
    departments: frozenset[str] | None = frozenset()

    @property
    def whole_batches(self) -> bool:
        """Whether no file of a batch that they see is kept from them."""
        return self.departments is None

    def within(self, *, office: str = "", department: str = "") -> Scope:
        """What of it lies in one office or department; nothing where it holds none of that."""
        return Scope(_only(self.offices, office), _only(self.departments, department))


def _only(known: frozenset[str] | None, code: str) -> frozenset[str] | None:
    if not code:
        return known
    return frozenset({code}) if known is None else known & {code}


EVERYTHING = Scope(None, None)
NOTHING = Scope()


def files(scope: Scope) -> QuerySet[PhysicalFile]:
    """The files in ``scope``."""
    rows = PhysicalFile.objects.all()
    if scope.offices is not None:
        rows = rows.filter(batch__office__in=scope.offices)
    if scope.departments is not None:
        rows = rows.filter(department_code__in=scope.departments - {""})
    return rows


def pages(scope: Scope) -> QuerySet[Page]:
    """The pages of the files in ``scope``."""
    rows = Page.objects.all()
    if scope.offices is not None:
        rows = rows.filter(batch__office__in=scope.offices)
    if scope.departments is not None:
        rows = rows.filter(file__department_code__in=scope.departments - {""})
    return rows


def batches(scope: Scope) -> QuerySet[Batch]:
    """The batches that have a file in ``scope``."""
    rows = Batch.objects.all()
    if scope.offices is not None:
        rows = rows.filter(office__in=scope.offices)
    if scope.departments is not None:
        rows = rows.filter(pk__in=files(scope).values("batch_id"))
    return rows


def uploads(scope: Scope, who: str) -> QuerySet[Upload]:
    """The uploads that ``who`` began for offices in ``scope``; nobody sees another's."""
    rows = Upload.objects.filter(who=who)
    return rows if scope.offices is None else rows.filter(office__in=scope.offices)


def departments(scope: Scope) -> list[str]:
    """Codes of the departments of files that are in ``scope``; many, so counted from an index."""
    if scope.departments is not None:
        return sorted(scope.departments - {""})
    rows = files(scope).exclude(department_code="").order_by().values_list("department_code")
    return sorted({code for (code,) in rows.distinct()})


def lots(scope: Scope) -> QuerySet[SamplingLot]:
    """The sampling lots in ``scope``; one of all departments only for those who see them all."""
    rows = SamplingLot.objects.all()
    if scope.offices is not None:
        rows = rows.filter(batch__office__in=scope.offices)
    if scope.departments is not None:
        rows = rows.filter(department_code__in=scope.departments - {""})
    return rows
