"""What goes wrong, said in whole Chinese sentences: what is wrong and what to do next."""

from __future__ import annotations


class DomainError(Exception):
    """A refusal by the county's rules. Carries a sentence, and where it belongs.

    message: a full Chinese sentence without HTML.
    field: the form field or import column it is about, None for the whole form.
    clause: the document and article that says so, None when it is plain logic.
    """

    def __init__(self, message: str, field: str | None = None, clause: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.clause = clause

    def __str__(self) -> str:
        return self.message


class NotAnAmount(DomainError):
    """Text that is not an exact amount of money."""


class OverCommitted(DomainError):
    """More would be given than a notice line holds, or paid than was allocated."""


class Refusals(DomainError):
    """Several refusals of one act, each with its own field. The first one is the message."""

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__(errors[0].message, errors[0].field, errors[0].clause)
        self.errors = tuple(errors)


class StepRefused(DomainError):
    """A step of a life cycle that is not open from the present state."""


class Stale(DomainError):
    """Somebody saved the record after it was read.

    theirs: what stands now, field by field, as shown texts.
    mine: what was about to be saved.
    version: what a save that means to write over it must name; None when there is no such save.
    """

    def __init__(self, message: str, theirs: dict[str, str], mine: dict[str, str], version: int | None = None) -> None:
        super().__init__(message)
        self.theirs = theirs
        self.mine = mine
        self.version = version


class NotAllowed(DomainError):
    """The person may not do this, or not to this record."""


class NotFound(DomainError):
    """No such record, or none the person may see: both look the same."""


class Unavailable(DomainError):
    """The system cannot do this now (busy, disk full, missing font); trying again later may help."""
