"""Unified social credit codes of units and enterprises, with their check digit. Source: GB 32100."""

from __future__ import annotations

import re

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_SHAPE = re.compile(rf"[{_SIGNS}]{{18}}")


def credit_code_fault(code: str) -> str:
    """What is wrong with a code; "" when nothing is."""
    if not _SHAPE.fullmatch(code):
        return f"“{code}”不是 18 位统一社会信用代码"
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    if _SIGNS[(31 - total % 31) % 31] != code[17]:
        return f"“{code}”的校验位不对，请核对统一社会信用代码"
    return ""
