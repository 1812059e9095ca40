"""The anchor of the page bench: the smallest list page one can write with Flask, ORM objects and a Jinja template."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, request
from sqlalchemy import BigInteger, Engine, String, create_engine, event, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

HEADS = "序号 资产编号 资产名称 资产类别 项目名称 项目年度 所在乡镇 所在村 资产原值 衔接资金 自筹资金 权属单位 管护责任人 移交日期 运行状态 备注"
SIZE = 50
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>资产台账</title></head><body>
<form><input name="q" value="{{ q }}"><select name="town">{% for t in towns %}<option>{{ t }}</option>{% endfor %}</select></form>
<p>共 {{ total }} 条，第 {{ page }} 页</p>
<table><thead><tr>{% for h in heads %}<th><a href="?sort={{ loop.index }}">{{ h }}</a></th>{% endfor %}</tr></thead><tbody>
{% for a in rows %}<tr><td>{{ a.number }}</td><td><a href="/asset/{{ a.id }}">{{ a.code }}</a></td><td>{{ a.name }}</td><td>{{ a.kind }}</td>
<td>{{ a.project }}</td><td>{{ a.year }}</td><td>{{ a.town }}</td><td>{{ a.village }}</td><td>{{ "{:,.2f}".format(a.cost) }}</td>
<td>{{ "{:,.2f}".format(a.fund) }}</td><td>{{ "{:,.2f}".format(a.own) }}</td><td>{{ a.owner }}</td><td>{{ a.keeper }}</td>
<td>{{ a.moved_on }}</td><td>{{ a.status }}</td><td>{{ a.note }}</td></tr>
{% endfor %}</tbody></table></body></html>"""


class Base(DeclarativeBase):
    """The anchor's one table."""


class Plain(Base):
    """An asset in sixteen columns of words and numbers."""

    __tablename__ = "plain_asset"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    project: Mapped[str] = mapped_column(String(200))
    year: Mapped[int] = mapped_column(index=True)
    town: Mapped[str] = mapped_column(String(40), index=True)
    village: Mapped[str] = mapped_column(String(40))
    cost: Mapped[int] = mapped_column(BigInteger)
    fund: Mapped[int] = mapped_column(BigInteger)
    own: Mapped[int] = mapped_column(BigInteger)
    owner: Mapped[str] = mapped_column(String(80))
    keeper: Mapped[str] = mapped_column(String(40))
    moved_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(400))


def make(file: Path, rows: list[dict[str, Any]]) -> Engine:
    """A SQLite file with these rows, as the anchor reads it."""
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, record: Any) -> None:
        for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "cache_size=-65536"):
            dbapi.execute(f"pragma {pragma}")

    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(Plain), rows)
        connection.exec_driver_sql("analyze")
    return engine


def make_app(engine: Engine) -> Flask:
    """Two pages: nothing at all, and the list filtered by town and counted."""
    app = Flask("anchor")
    template = app.jinja_env.from_string(PAGE)
    heads = HEADS.split()
    with Session(engine) as session:
        towns = list(session.scalars(select(Plain.town).distinct().order_by(Plain.town)))

    @app.get("/ping")
    def ping() -> str:
        return "ok"

    @app.get("/list")
    def index() -> str:
        page, town = int(request.args.get("page", 1)), request.args.get("town")
        with Session(engine) as session:
            query = select(Plain)
            if town:
                query = query.where(Plain.town == town)
            total = session.scalar(select(func.count()).select_from(query.subquery()))
            rows = session.scalars(query.order_by(Plain.id.desc()).limit(SIZE).offset((page - 1) * SIZE)).all()
            return template.render(rows=rows, total=total, page=page, q="", towns=towns, heads=heads)

    return app
