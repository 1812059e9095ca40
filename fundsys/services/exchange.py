"""Keeping the tables other systems want: a county changes a delivered one, or adds its own."""

from __future__ import annotations

import re

from sqlalchemy import select

from fundsys.domain.errors import DomainError, NotFound
from fundsys.domain.exchange import read_lines
from fundsys.domain.rights import Permission
from fundsys.models.papers import ExportLayout
from fundsys.queries.viewer import require, viewer_of
from fundsys.services.acts import Act

SUBJECTS = ("projects", "assets", "legacy")


def add_layout(code: str, name: str, subject: str, lines: str, basis: str = "", *, act: Act) -> ExportLayout:
    """Add a layout of the county's own. The caller has looked up the words in `lines`. Raises DomainError, Refusals."""
    require(viewer_of(act.person) if act.person else None, Permission.EDIT_DICTIONARY)
    code = code.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,15}", code):
        raise DomainError("表式代码用大写字母开头，2 到 16 个字母或数字，例如 SHENGZC", field="code")
    if act.session.scalar(select(ExportLayout.id).where(ExportLayout.code == code)) is not None:
        raise DomainError(f"已有代码为“{code}”的表式，请换一个代码，或修改原来的", field="code")
    if subject not in SUBJECTS:
        raise DomainError("数据来源只能是项目、资产或历年产业项目", field="subject")
    read_lines(lines)
    made = ExportLayout(code=code, name=name.strip(), subject=subject, lines=_tidy(lines), basis=basis, edited=True)
    act.session.add(made)
    act.subject = f"{code} {name}"[:200]
    return made


def edit_layout(code: str, *, version: int | None, name: str, lines: str, basis: str, active: bool, act: Act) -> None:
    """Change a layout; from then on a new delivery leaves it alone. Raises Stale, NotFound, Refusals."""
    require(viewer_of(act.person) if act.person else None, Permission.EDIT_DICTIONARY)
    found = act.session.scalars(select(ExportLayout).where(ExportLayout.code == code)).one_or_none()
    if found is None:
        raise NotFound("没有这个上报表式，请从“上报表式”页进入")
    act.check_version(found, version, {"name": name})
    read_lines(lines)
    found.name, found.lines, found.basis, found.active = name.strip(), _tidy(lines), basis, active
    found.edited = True
    found.version += 1
    act.subject = f"{code} {name}"[:200]


def _tidy(lines: str) -> str:
    return "\n".join(line.rstrip() for line in lines.splitlines()).strip() + "\n"
