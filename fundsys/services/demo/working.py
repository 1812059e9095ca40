"""The demo's working together: a clerk who left handed over, older notices were read, and one project has a rich dossier."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from fundsys.domain.projects import ProjectStatus
from fundsys.domain.rights import Role
from fundsys.models.office import Person
from fundsys.models.projects import Project, ProjectPaper
from fundsys.models.working import Message
from fundsys.queries.handing import held
from fundsys.services import attachments, messages
from fundsys.services.acts import act
from fundsys.services.hand_over import hand_over

_PICTURES, _SCANS = 5, 3
"""How many papers of the rich dossier are pictures, and how many are scans of several pages."""


def write_working(clerks: dict[int, tuple[int, str]], ids: dict[Role, int], present: datetime) -> None:
    """Scans into a project's dossier, one hand-over, and older notices were read."""
    _dossier(ids[Role.LEAD], present)
    _hand_over({person for person, _ in clerks.values()} - set(ids.values()), ids[Role.SYSADMIN], present)
    for role in (Role.OWNER, Role.TOWN, Role.FINANCE_ENTRY):
        with act(by=ids[role], what="标为已读", at=present) as opened:
            mine = select(Message.id).where(Message.person_id == ids[role]).order_by(Message.id)
            older = list(opened.session.scalars(mine))[:-2]
            if older:
                messages.mark_read(older, act=opened)


def _dossier(lead: int, present: datetime) -> None:
    with act(by=lead, what="归档资料", at=present) as opened:
        p = ProjectPaper
        chosen = opened.session.scalar(
            select(p.project_id)
            .join(Project, p.project_id == Project.id)
            .where(Project.status >= ProjectStatus.ACCEPTED)
            .group_by(p.project_id)
            .order_by(func.count().desc(), p.project_id)
            .limit(1)
        )
        papers = opened.session.scalars(select(p).where(p.project_id == chosen, p.promised_on.is_(None)).order_by(p.id))
        for place, paper in enumerate(papers.all()[: _PICTURES + _SCANS]):
            if place % 2 == 0 and place // 2 < _PICTURES:
                files = [(f"{paper.name}{n}.png", _picture(place * 3 + n)) for n in (1, 2)]
            else:
                files = [(f"{paper.name}.pdf", scan(2 + place % 3, place))]
            for name, content in files:
                attachments.keep(content, name, p.__tablename__, paper.id, act=opened)
        opened.subject = str(opened.session.scalar(select(Project.code).where(Project.id == chosen)))


def _hand_over(clerks: Iterable[int], keeper: int, present: datetime) -> None:
    with act(by=None, what="登记接手人", at=present) as opened:
        loads = []
        for clerk in sorted(clerks):
            person = opened.session.get_one(Person, clerk)
            if person.role in (Role.OWNER, Role.TOWN):
                loads.append((sum(held(opened.session, person).values()), -clerk))
        _, leaving = max(loads)
        left = opened.session.get_one(Person, -leaving)
        taking = Person(login=f"clerk-{left.id}-next", name="孟新接", role=left.role, unit_id=left.unit_id)
        opened.session.add(taking)
        opened.session.flush()
        opened.subject = left.unit.name
        pair = left.id, taking.id
    if max(loads)[0]:
        with act(by=keeper, what="移交工作", at=present) as opened:
            hand_over(*pair, "原经办人调离", act=opened)


def _picture(number: int) -> bytes:
    """A small PNG of two colors, different for every number."""
    width, height = 320, 240
    sky, ground = (150, 180 + number % 60, 220), (90 + number % 80, 130, 60)
    rows = b"".join(b"\0" + bytes(sky if y < 90 + number % 50 else ground) * width for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def scan(pages: int, number: int) -> bytes:
    """A PDF of pages with a frame drawn on each, as a scanner would give."""
    kids = " ".join(f"{4 + n} 0 R" for n in range(pages))
    frame = f"2 w 60 60 475 722 re S 90 {300 + number * 20} 400 1 re S".encode()
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(frame), frame),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<<>>>>"] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for key, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (key, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table) + tail
