"""What becomes of a payment request when its payments are approved, sent back, removed or returned by the bank."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from fundsys.domain.funds import MoneyState, RequestState
from fundsys.domain.money import ZERO, Money
from fundsys.models.desk import PaymentRequest
from fundsys.models.funds import Payment
from fundsys.services.acts import Act


def paid_of(act: Act, request_id: int) -> Money:
    """What of a request is approved, net of what came back."""
    return _sum(act, request_id, Payment.state == MoneyState.APPROVED)


def under_way(act: Act, request_id: int) -> Money:
    """What of a request is paid, waits for review, or lies with the clerk as a draft or returned."""
    return paid_of(act, request_id) + _sum(act, request_id, Payment.state != MoneyState.APPROVED, Payment.amount > ZERO)


def follow(request_ids: Iterable[int | None], *, act: Act) -> None:
    """Bring handed-over requests to the state of their payments: all paid, some on the way, or none left."""
    act.session.flush()
    ids = {key for key in request_ids if key is not None}
    open_states = (RequestState.SUBMITTED, RequestState.ACCEPTED, RequestState.PAID)
    for request in act.session.scalars(select(PaymentRequest).where(PaymentRequest.id.in_(ids))):
        if request.state not in open_states:
            continue
        paid, all_of_it = paid_of(act, request.id), under_way(act, request.id)
        state = (
            RequestState.PAID
            if paid == request.amount
            else RequestState.ACCEPTED
            if all_of_it == request.amount
            else RequestState.SUBMITTED
        )
        if state is not request.state:
            request.state = state
            request.version += 1
    act.session.flush()


def _sum(act: Act, request_id: int, *conditions: object) -> Money:
    wanted = select(func.sum(Payment.amount)).where(Payment.request_id == request_id, *conditions)  # type: ignore[arg-type]
    return act.session.scalar(wanted) or ZERO
