"""Problems found and put right (问题整改): states, the steps between them, what each step asks for. Source: I29."""

from __future__ import annotations

from .coded import Coded


class FindingState(Coded):
    """How far a problem is put right. 长期坚持 is counted apart."""

    OPEN = "open", "待整改", "warn"
    ANSWERED = "answered", "待销号", "info"
    CLOSED = "closed", "已销号", "good"
    LASTING = "lasting", "长期坚持", "plain"


class FindingStep(Coded):
    """One step on a problem. Only 退回 and 重新打开 lead back, and both say why."""

    FOUND = "found", "登记问题"
    ANSWERED = "answered", "报送整改"
    RETURNED = "returned", "退回整改"
    CLOSED = "closed", "销号"
    LASTING = "lasting", "转长期坚持"
    REOPENED = "reopened", "重新打开"


_S = FindingState
STEPS: dict[FindingStep, tuple[tuple[FindingState, ...], FindingState]] = {
    FindingStep.ANSWERED: ((_S.OPEN,), _S.ANSWERED),
    FindingStep.RETURNED: ((_S.ANSWERED,), _S.OPEN),
    FindingStep.CLOSED: ((_S.ANSWERED,), _S.CLOSED),
    FindingStep.LASTING: ((_S.ANSWERED,), _S.LASTING),
    FindingStep.REOPENED: ((_S.CLOSED, _S.LASTING), _S.OPEN),
}
"""From which states a step may be taken, and where it leads."""

BACK = (FindingStep.RETURNED, FindingStep.REOPENED)
"""Steps that lead back, and so need a reason."""
