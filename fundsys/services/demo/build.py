"""Building the demo county in an empty database, act by act, from the first office day of 2024 to the day it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random

from flask import has_app_context
from sqlalchemy import func, inspect, select, text

from fundsys import store
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Role
from fundsys.extensions import db
from fundsys.models.journal import Act as ActRow
from fundsys.models.office import County, Person
from fundsys.services import anchors, counties, people, reference
from fundsys.services.acts import SHANGHAI, Act

from .checks import write_checks
from .construction import delay, write_construction
from .diary import FIRST_DAY, Diary, OnProgress, moment
from .findings import write_findings
from .income import write_income
from .legacy import write_legacy
from .library import write_plan_papers, write_proposals, write_tags
from .matters import write_matters
from .money import Clerks, Purse
from .payouts import write_contracts, write_requests
from .progress import write_library, write_reports
from .projects import Plan, Planner
from .publicity import write_publicity
from .register import Registrar
from .samples import write_samples
from .stocktakes import write_stocktakes
from .targets import write_targets
from .treasury import write_treasury_list
from .upkeep import write_upkeep
from .what_if import write_plans
from .work_relief import write_work_relief
from .working import write_working
from .world import POSTS, World, invented_name

DEFAULT_ASSETS = 2400
DEFAULT_SEED = 2024
SHOWN = datetime(2024, 11, 18, 9, 42, tzinfo=SHANGHAI)
"""The day the demo shows: late enough for settled projects and assets, early enough for money still to allocate."""


@dataclass(frozen=True)
class Account:
    """An account of the demo, with the password that is shown once."""

    login: str
    password: str
    name: str
    role: Role
    unit: str


@dataclass(frozen=True)
class Built:
    """What was made: the accounts, and figures in the order people ask for them."""

    accounts: tuple[Account, ...]
    figures: dict[str, int]


def is_empty(county: str) -> bool:
    """Whether the county holds nothing but reference data: no people, and no act besides loading it."""
    if not store.exists(county) or not _is_made(county):
        return True
    with store.snapshot(county) as session:
        people_there = session.scalar(select(func.count()).select_from(Person))
        others = session.scalar(select(func.count()).select_from(ActRow).where(ActRow.what != reference.WHAT))
    return not people_there and not others


def _is_made(county: str) -> bool:
    """Whether the namespace has its tables; an interrupted init leaves none."""
    schema = None if store.is_sqlite() else store.schema(county)
    return bool(inspect(store.engine(county)).has_table("act", schema=schema))


def build(
    assets: int = DEFAULT_ASSETS,
    seed: int = DEFAULT_SEED,
    now: datetime | None = None,
    progress: OnProgress | None = None,
    password: str | None = None,
) -> Built:
    """Make the demo county. Same seed, assets and day give the same rows; passwords and keys are always new.

    now: the day the demo shows and stands still on, to which the last patrols belong. password: one for all accounts, for tests only.
    Raises DomainError when the database is not empty, or is another county's.
    """
    county = store.current_county()
    if county != reference.HOME:
        raise DomainError("演示数据只有陇县（610327）的，别的县请直接导入自己的数据")
    if not is_empty(county):
        raise DomainError("数据库里已经有数据，不能再装演示数据；要看演示，请换一个空的数据库")
    _forget(county)
    counties.init(county, at=moment(FIRST_DAY, 8))
    present = (now or SHOWN).astimezone(SHANGHAI)
    world, diary = World(), Diary()
    accounts: list[Account] = []
    ids = _people(diary, accounts, password, present.date())
    plans = Planner(world, diary, seed).deal()
    clerks = _clerks(world, diary, plans, ids)
    for plan in plans:
        plan.facts["responsible"] = clerks[plan.owner_id][1]
    delay(plans)
    lead, inspector = ids[Role.LEAD], ids[Role.INSPECTOR]
    registrar = Registrar(world, diary, lead, seed, present.date())
    registrar.keep_phones(diary.entries[0])
    dossiers = write_library(plans, world, diary, lead, seed)
    write_legacy(world, diary, lead, seed, clerks, (ids[Role.OWNER], ids[Role.TOWN]))
    purse = Purse(world, diary, Clerks(ids[Role.FINANCE_ENTRY], ids[Role.FINANCE_REVIEW]), seed)
    purse.notices()
    purse.allocations(plans)
    purse.going_out(plans, write_contracts(plans, diary, clerks, lead, seed))
    purse.number()
    purse.desk.close_months(2024)
    write_reports(plans, diary, dossiers, {unit: person for unit, (person, _) in clerks.items()}, seed)
    write_construction(plans, diary, clerks, lead, ids[Role.FINANCE_REVIEW], present)
    write_findings(world, diary, inspector, clerks, seed)
    write_treasury_list(diary, ids[Role.FINANCE_ENTRY])
    registrar.write(plans, assets, present)
    diary.write(progress or (lambda done, whole: None))
    write_requests(clerks, ids[Role.FINANCE_ENTRY], ids[Role.FINANCE_REVIEW], lead, present)
    write_plans(ids[Role.FINANCE_ENTRY], lead, present)
    write_proposals(world, ids[Role.VILLAGE], ids[Role.TOWN], lead, present)
    write_tags(lead, present)
    write_plan_papers(clerks, lead, present)
    for work in (write_work_relief, write_publicity, write_working, write_matters):
        work(clerks, ids, present)
    write_upkeep(ids, present)
    write_income(clerks, ids, present)
    for look in (write_stocktakes, write_samples, write_targets, write_checks):
        look(ids, present)
    return Built(tuple(accounts), _figures())


def _forget(county: str) -> None:
    """Drop a database that holds reference data only, so that the demo's journal begins with its own first day."""
    if not store.exists(county):
        return
    if _is_made(county):
        with store.snapshot(county) as session:
            first = session.scalar(select(ActRow.digest).where(ActRow.seq == 1))
        if first:
            anchors.file_of(county, first).unlink(missing_ok=True)
    if has_app_context():
        db.session.close()
    store.close()
    if store.is_sqlite():
        file = store.sqlite_file(county)
        for end in ("", "-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)
        return
    with store.engine(None).begin() as connection:
        connection.execute(text(f'DROP SCHEMA "{store.schema(county)}" CASCADE'))


def _people(diary: Diary, accounts: list[Account], password: str | None, day: date) -> dict[Role, int]:
    """One account per role, made in the first act; its passwords work at once."""
    ids = {post.role: diary.next_id(Person) for post in POSTS}

    def make(act: Act) -> None:
        county = act.session.scalars(select(County)).one()
        county.is_demo = True
        county.demo_day = day
        county.version += 1
        for post in POSTS:
            unit = people.unit_named(act.session, post.unit)
            person, secret = people.add_person(
                login_of(post.role), post.name, post.role, unit.id, act=act, secret=password, one_time=False
            )
            assert person.id == ids[post.role]
            accounts.append(Account(person.login, secret, post.name, post.role, post.unit))

    diary.on(moment(FIRST_DAY, 10), None, "建立演示县").then(make)
    return ids


def login_of(role: Role) -> str:
    """The login of the demo account of a role."""
    return role.code.replace("_", "-")


def _clerks(world: World, diary: Diary, plans: list[Plan], ids: dict[Role, int]) -> dict[int, tuple[int, str]]:
    """Who reports for each owning unit: the demo accounts for theirs, and people without a password for the others."""
    chance = Random("clerks")
    clerks = {
        world.units[post.unit]: (ids[post.role], post.name)
        for post in POSTS
        if post.role in (Role.OWNER, Role.TOWN, Role.LEAD)
    }
    rows = []
    for unit in sorted({p.owner_id for p in plans} - set(clerks)):
        role = Role.TOWN if "镇人民政府" in world.unit_names[unit] else Role.OWNER
        number, name = diary.next_id(Person), invented_name(chance)
        clerks[unit] = (number, name)
        rows.append({"id": number, "login": f"clerk-{number}", "name": name, "role": role, "unit_id": unit})
    diary.on(moment(FIRST_DAY, 10, 30), None, "登记各单位经办人", f"{len(rows)}人").add(Person, rows)
    return clerks


_COUNTED = {
    "年度项目": "select count(*) from project where plan_document_no <> ''",
    "项目库": "select count(*) from project where plan_document_no = ''",
    "指标文": "select count(*) from allotment_notice",
    "分配": "select count(*) from allocation",
    "拨付": "select count(*) from disbursement",
    "合同": "select count(*) from contract",
    "支付申请": "select count(*) from payment_request",
    "支付": "select count(*) from payment",
    "进度报告": "select count(*) from progress_report",
    "四个一批项目": "select count(*) from legacy_project",
    "资产": "select count(*) from asset",
    "巡查": "select count(*) from patrol",
    "管护问题": "select count(*) from defect",
    "收益": "select count(*) from income",
    "收益到账": "select count(*) from income_receipt",
    "公示": "select count(*) from public_notice",
    "资产办理单": "select count(*) from asset_matter",
    "盘点": "select count(*) from stocktake",
    "抽样": "select count(*) from sample",
    "问题": "select count(*) from rectification",
    "检查记录": "select count(*) from check_run",
}


def _figures() -> dict[str, int]:
    with store.snapshot() as session:
        return {label: int(session.scalar(text(sql)) or 0) for label, sql in _COUNTED.items()}
