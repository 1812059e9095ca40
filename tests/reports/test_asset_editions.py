"""Labels with codes that lead to the card, the public edition without personal data, and the card's own code."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from fundsys import printing
from fundsys.domain.assets import AssetClass, OwnerType
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.models.assets import Asset
from fundsys.models.journal import Vault
from fundsys.queries.asset_editions import MOST_LABELS
from fundsys.reports.press.agree import agree
from fundsys.reports.registry import ledger
from fundsys.services.acts import act
from tests.counties import OfficeClient
from tests.storage.county_money import some_assets
from tests.web.test_assets import an_asset

SECRETS = ("王保密", "138****6543", "李隐名", "八组李家院内", "找李隐名取钥匙", "赵承包")


def with_secrets() -> None:
    """Assets whose register holds names, a phone, a home and words about people; one belongs to a household."""
    keys = some_assets(3)
    with act(by=None, what="登记责任人") as opened:
        phone = Vault(kind="phone", key_no=1, ciphertext="sealed", masked="138****6543")
        opened.session.add(phone)
        opened.session.flush()
        for key in keys:
            asset = opened.session.get_one(Asset, key)
            asset.keeper, asset.keeper_phone_id, asset.operator = "王保密", phone.id, "赵承包"
            asset.location, asset.remark = "八组李家院内", "找李隐名取钥匙"
            asset.owner_type, asset.owner_name = OwnerType.COLLECTIVE, "大力村股份经济合作社"
        asset.asset_class, asset.owner_type = AssetClass.HOUSEHOLD, OwnerType.HOUSEHOLD
        asset.name, asset.owner_name, asset.quantity = "李隐名的羊圈", "李隐名", Decimal(2)


def everything(code: str, folder: Path) -> str:
    """All that the paper, the workbook's CSV and the page of a ledger say."""
    with printing.sheet(printing.Order(code, public=True)) as sheet:
        for suffix in ("pdf", "csv", "html", "xlsx"):
            printing.press(sheet, folder / f"{code}.{suffix}")
        assert agree(sheet, folder / f"{code}.pdf", folder / f"{code}.xlsx", folder / f"{code}.csv") == []
    paper = "".join(page.extract_text() for page in PdfReader(folder / f"{code}.pdf").pages)
    return paper + (folder / f"{code}.csv").read_text("utf-8-sig") + (folder / f"{code}.html").read_text("utf-8")


def test_the_public_edition_has_no_place_for_personal_data(app: Flask, tmp_path: Path) -> None:
    with_secrets()
    told = everything("PF54", tmp_path)
    assert [secret for secret in SECRETS if secret in told] == []
    assert "受益户" in told and "大力村股份经济合作社" in told and "ZC00003" in told
    assert not [column.key for column in ledger("PF54").columns if column.figure.mask]
    in_register = everything("LG05", tmp_path)
    assert "王保密" in in_register and "李隐名" in in_register


def test_labels_stand_twenty_four_on_a_sheet_and_their_codes_lead_to_the_cards(app: Flask, tmp_path: Path) -> None:
    some_assets(25)
    number = printing.print_ledger(printing.Order("PF53", base_url="http://lx.example"), tmp_path / "l.pdf").number
    pages = PdfReader(tmp_path / "l.pdf").pages
    assert len(pages) == 2 and pages[0].extract_text().count("帮扶项目资产") == 24 and number.startswith("PF53-")
    with printing.sheet(printing.Order("PF53"), verify_url="http://lx.example/prints/PF53-1?c=A") as sheet:
        page = ledger("PF53").form(sheet)  # type: ignore[misc]
        assert page.count("<svg") == 25 and "ZC00025" in page


def test_more_labels_than_one_print_holds_are_refused_with_what_to_do(app: Flask) -> None:
    some_assets(MOST_LABELS)
    with printing.sheet(printing.Order("PF53")) as sheet:
        assert sheet.count == MOST_LABELS
    an_asset("ZC90001")
    with pytest.raises(DomainError, match="一次最多印 480 张标签"), printing.sheet(printing.Order("PF53")):
        pass


def test_the_card_on_paper_carries_the_code_of_the_plate(app: Flask, client_as: Callable[..., OfficeClient]) -> None:
    (asset,) = some_assets(1)
    lead = client_as(Role.LEAD)
    made = lead.get(f"/assets/{asset}/card.pdf")
    paper = PdfReader(io.BytesIO(made.data)).pages[0]
    assert made.status_code == 200 and "资产卡片" in paper.extract_text()
    contents = paper.get_contents()
    assert contents is not None and contents.get_data().count(b" m\n") > 200  # the squares of the code
    assert lead.get(f"/assets/{asset}/plate.svg").data.startswith(b"<?xml")
    page = lead.get("/assets/").get_data(as_text=True)
    assert "/ledgers/PF53" in page and "/ledgers/PF54" in page
