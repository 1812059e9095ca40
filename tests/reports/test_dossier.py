"""One dossier per project: LG18, the card, and everything bound as one PDF; hostile files do no harm."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from fundsys import printing, store
from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.projects import Project
from fundsys.queries import dossiers
from fundsys.queries.registers import Wanted
from fundsys.queries.viewer import viewer
from fundsys.reports.dossier import binding
from fundsys.services import steps
from fundsys.services.acts import act
from tests.counties import somebody
from tests.money import approved_notice, given, make_projects

pytestmark = pytest.mark.usefixtures("app")
HOSTILE = '../../etc/<b>"passwd"\u202e.pdf'


def a_picture(color: str = "green", size: tuple[int, int] = (800, 600), kind: str = "JPEG") -> bytes:
    """A picture of one color."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, kind)
    return out.getvalue()


def a_scan(pages: int = 2, *, active: bool = False) -> bytes:
    """A PDF of blank pages; active: with a script on every page and one for opening."""
    writer = PdfWriter()
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        if active:
            page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    if active:
        writer.root_object[NameObject("/OpenAction")] = script
        writer.add_attachment("payload.exe", b"MZ")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_project(**told: object) -> tuple[int, str]:
    """Id and code of a project that is under way."""
    (key,) = make_projects({"status": ProjectStatus.UNDER_WAY, "approved_on": date(2024, 2, 1)} | told)
    with store.snapshot() as session:
        return key, session.get_one(Project, key).code


def kept(project: int, code: str, *files: tuple[str, bytes], **told: object) -> None:
    """Put a paper into the dossier."""
    with act(by=None, what="归档资料") as opened:
        found = opened.session.get_one(Project, project)
        steps.keep_paper(found, code, files=files, act=opened, **told)  # type: ignore[arg-type]


def rows_of(code: str, who: int | None = None) -> list[dossiers.DossierRow]:
    """The lines of LG18 of a project."""
    with store.snapshot() as session:
        return list(
            dossiers.register(session, Wanted(2024, {"project": code}, who=viewer(session, who) if who else None))
        )


def bound(code: str, tmp_path: Path) -> PdfReader:
    """The bound dossier of a project."""
    target = tmp_path / "dossier.pdf"
    printing.print_ledger(printing.Order("PF32", 2024, {"project": code}), target)
    return PdfReader(target)


def test_the_list_says_of_each_paper_whether_it_is_there_and_what_is_missing_only_up_to_the_present_stage() -> None:
    project, code = a_project()
    kept(project, "1001", ("申请.pdf", a_scan()), document_no="八政发〔2024〕3号", pages=2)
    rows = rows_of(code)
    first = next(row for row in rows if row.doc_no == "八政发〔2024〕3号")
    assert first.have
    assert [file.name for file in first.files] == ["申请.pdf"]
    missing = [row for row in rows if row.must and not row.have]
    assert missing
    assert {row.remark for row in missing} == {"缺"}
    assert all(row.stage.code <= ProjectStatus.UNDER_WAY.code for row in missing)
    later = [row for row in rows if row.stage.code > ProjectStatus.UNDER_WAY.code]
    assert later
    assert not any(row.must for row in later)
    assert [row.stage.code for row in rows] == sorted(row.stage.code for row in rows)


def test_the_share_of_papers_and_the_money_stand_under_the_list() -> None:
    project, code = a_project()
    (line,) = approved_notice(("F101", "100"))
    given(line, [(project, "60")])
    kept(project, "1001", ("a.pdf", a_scan()))
    rows = rows_of(code)
    must = [row for row in rows if row.must]
    with store.snapshot() as session:
        (said,) = dossiers.register_remarks(session, Wanted(2024, {"project": code}))
    assert "收入（分配净额）60.00 万元，支出（支付净额）0.00 万元" in said.replace("- 万元", "0.00 万元")
    assert f"必备资料 {len(must)} 项，已归 {sum(r.have for r in must)} 项" in said


def test_only_those_who_see_the_project_get_its_dossier() -> None:
    _, code = a_project()
    assert rows_of(code, somebody(Role.LEAD))
    with pytest.raises(NotFound):
        rows_of(code, somebody(Role.VILLAGE))
    with pytest.raises(DomainError, match="project="), store.snapshot() as session:
        dossiers.bound(session, Wanted(2024, {}))


def test_the_dossier_is_one_pdf_with_cover_list_pictures_scans_and_bookmarks_that_lead_where_the_list_says(
    tmp_path: Path,
) -> None:
    project, code = a_project()
    kept(project, "1001", ("申请.pdf", a_scan(3)))
    kept(
        project,
        "2001",
        ("甲.jpg", a_picture()),
        ("乙.png", a_picture("red", kind="PNG")),
        ("丙.webp", a_picture("blue", kind="WEBP")),
    )
    read = bound(code, tmp_path)
    flat = [one for one in _flat(read) if one.title]
    at = {one.title: read.get_destination_page_number(one) for one in flat}
    front = at[next(title for title in at if title not in ("封面和清单",) and at[title] > 0)]
    words = "".join(page.extract_text() for page in read.pages[:front])
    assert code in words
    assert "缺的资料" in words
    assert len(read.pages) == front + 3 + 2, "three scanned pages, three pictures on two pages"
    assert f"全卷{len(read.pages)}页" in "".join(words.split())
    titles = [one.title for one in flat]
    assert titles[0] == "封面和清单"
    assert len(titles) == len(set(titles)) == 5


def _flat(read: PdfReader) -> list[object]:
    found: list[object] = []

    def walk(items: list[object]) -> None:
        for item in items:
            if isinstance(item, list):
                walk(item)
            else:
                found.append(item)

    walk(read.outline)
    return found


def test_what_is_active_in_a_foreign_pdf_and_hostile_names_stay_behind(tmp_path: Path) -> None:
    project, code = a_project()
    kept(project, "1001", (HOSTILE, a_scan(2, active=True)))
    kept(project, "2001", ("<script>.jpg", a_picture()))
    read = bound(code, tmp_path)
    raw = (tmp_path / "dossier.pdf").read_bytes()
    assert b"JavaScript" not in raw
    assert b"payload.exe" not in raw
    assert "/OpenAction" not in read.trailer["/Root"]
    assert not any("/AA" in page or "/Annots" in page for page in read.pages)
    assert b"JavaScript" in a_scan(2, active=True), "the control: it was there"


def test_broken_locked_and_missing_files_are_named_and_the_rest_is_bound(tmp_path: Path) -> None:
    project, code = a_project()
    locked = PdfWriter(clone_from=io.BytesIO(a_scan(1)))
    locked.encrypt("secret")
    out = io.BytesIO()
    locked.write(out)
    kept(project, "1001", ("坏.pdf", b"%PDF-1.7 nothing"), ("锁.pdf", out.getvalue()), ("好.pdf", a_scan(1)))
    kept(project, "2001", ("假.jpg", b"\xff\xd8\xff\xe0 no picture"))
    read = bound(code, tmp_path)
    words = "".join("".join(page.extract_text() for page in read.pages).split())
    assert "文件打不开" in words
    assert "影像打不开" in words
    assert "".join(read.pages[-1].extract_text().split()) == "", "the good scan is bound"


def test_a_dossier_is_bounded_and_says_what_is_not_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "MOST_PAGES", 5)
    project, code = a_project()
    kept(project, "1001", ("多.pdf", a_scan(6)), ("少.pdf", a_scan(4)))
    read = bound(code, tmp_path)
    assert sum(not "".join(page.extract_text().split()) for page in read.pages) == 4
    assert "页数过多" in "".join("".join(page.extract_text() for page in read.pages).split())


def test_the_card_of_a_project_shows_its_money_by_source(tmp_path: Path) -> None:
    project, code = a_project(content="扩建圈舍 1200 平方米")
    (line,) = approved_notice(("F101", "100"))
    given(line, [(project, "60")])
    target = tmp_path / "card.pdf"
    made = printing.print_ledger(printing.Order("PF31", 2024, {"project": code}), target)
    words = "".join("".join(page.extract_text() for page in PdfReader(target).pages).split())
    assert "扩建圈舍1200平方米" in words
    assert "60.00" in words
    assert made.number in words
