"""One hierarchy of errors; the class decides what happens next.

Every error says three things to a person: what happened, what was kept, what to do.
The class carries the rest: whether trying again can help, and the program's exit code.
"""

from __future__ import annotations

from typing import ClassVar

from lang import say


class AbhilekhError(Exception):
    """Base of everything that the product raises on purpose.

    Args:
        what: what happened; English template with ``{named}`` facts.
        kept: what is safe all the same.
        todo: what the person can do now, with the command if there is one.
        **facts: values for the braces in all three.
    """

    exit_code: ClassVar[int] = 1
    retryable: ClassVar[bool] = False

    def __init__(self, what: str, *, kept: str = "", todo: str = "", **facts: object) -> None:
        super().__init__(what, kept, todo, facts)
        self.facts = facts
        self._templates = (what, kept, todo)

    @property
    def what(self) -> str:
        """What happened, in the language in use."""
        return self._spoken(0)

    @property
    def kept(self) -> str:
        """What was kept, in the language in use."""
        return self._spoken(1)

    @property
    def todo(self) -> str:
        """What to do, in the language in use."""
        return self._spoken(2)

    def unspoken(self) -> dict[str, object]:
        """Templates and facts, to be kept and put into words later in any language."""
        what, kept, todo = self._templates
        facts = {name: _plain(value) for name, value in self.facts.items()}
        return {"what": what, "kept": kept, "todo": todo, "facts": facts}

    def _spoken(self, part: int) -> str:
        template = self._templates[part]
        return say(template, **self.facts) if template else ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.kept, self.todo) if part)


def _plain(fact: object) -> object:
    return fact if isinstance(fact, str | int | float | bool) else str(fact)


class WrongUsage(AbhilekhError):
    """The command was given something that cannot be right: nothing was begun."""

    exit_code = 2


class InputRejected(AbhilekhError):
    """A source cannot become a record as it is; trying again with the same bytes cannot help."""

    exit_code = 3


class ToolMissing(AbhilekhError):
    """A program, model or library that the work needs is not on this machine."""

    exit_code = 4


class ServiceUnreachable(AbhilekhError):
    """Store, database, broker or disk cannot be reached or is full; the work resumes later."""

    exit_code = 5
    retryable = True


class IntegrityViolated(AbhilekhError):
    """Stored bytes are not what was written: stop before anything is built on them."""

    exit_code = 6
