"""Papers on a page: the boxes to keep them in, and sending one to whoever may see its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from fundsys.domain.terms import Term
from fundsys.extensions import db
from fundsys.queries.papers import Paper, paper_of, papers_of
from fundsys.services import attachments
from fundsys.web.filters import instant
from fundsys.web.forms import PhotosField


class PapersField(PhotosField):
    """Scans and photos, several at once."""

    kind = "photos"

    def __init__(self, term: Term, *, most: int = 20, **kwargs: Any) -> None:
        super().__init__(term, most=most, **kwargs)
        self.say_in_tag(accept="image/jpeg,image/png,image/webp,application/pdf", data_photos=False)

    def files(self) -> list[tuple[str, bytes]]:
        """(name, content) of what was sent."""
        return [(file.filename or "", file.read()) for file in self.data or []]


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """A paper as the list of attachments shows it."""

    url: str
    name: str
    note: str
    size: str


def shown_papers(table: str, row_id: int, url: Callable[[int], str]) -> list[ShownPaper]:
    """The papers of a record with the address of each."""
    return [_shown(paper, url(paper.id)) for paper in papers_of(db.session(), table, row_id)]


def _shown(paper: Paper, url: str) -> ShownPaper:
    size = f"{paper.size / 1024 / 1024:.1f} MB" if paper.size >= 1 << 20 else f"{max(paper.size // 1024, 1)} KB"
    return ShownPaper(url, paper.name, f"{paper.kept_by}，{instant(paper.kept_at)}", size)


def send_paper(table: str, row_id: int, paper_id: int) -> Response:
    """The file itself. The view has asked before whether the person may see the record. Raises NotFound."""
    found = paper_of(db.session(), table, row_id, paper_id)
    answer = Response(attachments.file_of(found.sha256).read_bytes(), mimetype=found.media_type)
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(found.name)}"
    return answer
