"""The demo's samples: one of each subject, random and risk-weighted, some records looked at and one made a problem."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from fundsys import store
from fundsys.domain.money import Money
from fundsys.domain.rights import Role
from fundsys.domain.samples import FACTORS, LookOutcome, RiskFactor, SampleMethod, SampleSubject
from fundsys.models.office import Person
from fundsys.models.samples import SampleItem
from fundsys.queries.frames import Scope
from fundsys.services import samples
from fundsys.services.acts import act
from fundsys.services.rectification import FindingEntry
from fundsys.services.samples import LookTold, SampleOrder

_S, _M = SampleSubject, SampleMethod


def write_samples(ids: dict[Role, int], present: datetime) -> None:
    """What the demo shows of samples."""
    inspector, today = ids[Role.INSPECTOR], present.date()
    usual = {factor: points for factor, points in FACTORS[_S.ASSET]}
    orders: tuple[tuple[str, SampleSubject, SampleMethod, int, dict[RiskFactor, int], str], ...] = (
        ("2024年资产随机抽查", _S.ASSET, _M.RANDOM, 12, {}, "100"),
        ("2024年资产重点抽查", _S.ASSET, _M.WEIGHTED, 12, usual, "50"),
        ("2024年度项目抽查", _S.PROJECT, _M.RANDOM, 6, {}, "100"),
        ("2024年支付抽查", _S.PAYMENT, _M.WEIGHTED, 10, dict(FACTORS[_S.PAYMENT]), "50"),
    )
    made = []
    for title, subject, method, size, points, value in orders:
        scope = Scope(2024, 2024) if subject is not _S.ASSET else Scope()
        order = SampleOrder(
            title, subject, method, "20241118", size, today, scope=scope, points=points, value_from=Money.wan(value)
        )
        with act(by=inspector, what="抽样", at=present) as opened:
            made.append(samples.draw_sample(order, act=opened).id)
    _look(made[0], inspector, ids[Role.TOWN], present)


def _look(sample_id: int, inspector: int, town: int, present: datetime) -> None:
    """Three records of a sample looked at; one is made a problem of the town's."""
    today = present.date()
    with store.snapshot() as session:
        query = select(SampleItem.id).where(SampleItem.sample_id == sample_id).order_by(SampleItem.position)
        one, two, three = session.scalars(query.limit(3))
        unit = session.get_one(Person, town).unit_id
    problem = FindingEntry("audit", "", unit, today + timedelta(days=30), today, "陇审农报〔2024〕7号")
    for told in (
        LookTold(one, LookOutcome.FITS, today),
        LookTold(two, LookOutcome.DIFFERS, today, "现场没有资产标识牌，台账登记的规格与实物不符", problem),
        LookTold(three, LookOutcome.UNSEEN, today, "大雪封路，改日再查"),
    ):
        with act(by=inspector, what="登记抽样查看", at=present) as opened:
            samples.record_look(told, act=opened)
