"""The act on the negative list: what a person concludes of words that stand on it. The last conclusion counts."""

from __future__ import annotations

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.negative_list import ReviewVerdict
from fundsys.domain.rights import Permission
from fundsys.models.papers import NegativeReview
from fundsys.queries.spending_records import hits_of
from fundsys.services.acts import Act
from fundsys.services.funds.common import need


def review_use(table: str, row_id: int, verdict: ReviewVerdict, words: str, *, act: Act) -> NegativeReview:
    """Conclude whether a use that hits the negative list belongs to it.

    Raises: NotAllowed; NotFound where nothing is hit; DomainError without the reasons.
    """
    need(act, Permission.REVIEW_MONEY)
    found = hits_of(act.session, table, row_id)
    if found is None or not found.hits:
        raise NotFound("这条记录没有命中负面清单，不用复核")
    if not words.strip():
        raise DomainError("请写明复核说明：实际用在哪里、依据是什么", field="words")
    made = NegativeReview(
        about=table,
        row_id=row_id,
        hits="、".join(found.hits)[:200],
        verdict=verdict,
        words=words.strip()[:400],
        reviewed_by=act.person_id,
        reviewed_on=act.day,
    )
    act.session.add(made)
    act.session.flush()
    act.subject = f"{found.label} {verdict.label}"[:200]
    return made
