"""How a ledger is printed in parts: place by place, and how the parts are handed over."""

from __future__ import annotations

from .coded import Coded


class PlaceBy(Coded):
    """What each part of a batch is of."""

    TOWNS = "towns", "全县各镇，一镇一份"
    VILLAGES = "villages", "一个镇的各村，一村一份"


class HandedOver(Coded):
    """As what the parts are handed over."""

    BOUND = "bound", "装订成一份 PDF，带目录和书签"
    ZIP_PDF = "zip_pdf", "压缩包，一处一份 PDF"
    ZIP_BOOK = "zip_xlsx", "压缩包，一处一份工作簿"
    ZIP_CSV = "zip_csv", "压缩包，一处一份 CSV"

    @property
    def suffix(self) -> str:
        """The suffix of each part's file."""
        return {"zip_xlsx": ".xlsx", "zip_csv": ".csv"}.get(self.code, ".pdf")
