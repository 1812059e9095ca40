"""People and how they prove who they are: accounts, one-time secrets, sign-in with growing delays."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed
from fundsys.domain.rights import Permission, Role
from fundsys.models.office import County, Credential, Person, Region, SignInFailure, Unit
from fundsys.queries.facts import county_today
from fundsys.queries.viewer import Viewer, require, viewer, viewer_of
from fundsys.queries.waiting import waiting
from fundsys.services import messages
from fundsys.services.acts import Act, act

FREE_TRIES = 5
WINDOW = timedelta(minutes=10)
LONGEST_DELAY = timedelta(minutes=15)
ADDRESS_TRIES = 60
SHORTEST_PASSWORD = 12
IDLE_DAYS = 90
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_COMMON = (
    "password",
    "123456",
    "abcdef",
    "qwerty",
    "iloveyou",
    "admin",
    "longxian",
    "陇县",
    "财政",
    "乡村振兴",
    "610327",
    "letmein",
    "welcome",
)
_hasher = PasswordHasher()
WRONG = "登录名或密码不对"


def plain_login(login: str) -> str:
    """A login as compared: NFKC, case-folded, without spaces, so that zhang, Zhang and ｚｈａｎｇ are one."""
    return "".join(unicodedata.normalize("NFKC", login).casefold().split())


def one_time_secret() -> str:
    """A secret easily read over the telephone: four groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def add_person(
    login: str,
    name: str,
    role: Role,
    unit_id: int,
    *,
    act: Act,
    secret: str | None = None,
    one_time: bool = True,
    first_day: date | None = None,
    last_day: date | None = None,
) -> tuple[Person, str]:
    """Make an account with a secret to be changed at the first sign-in. Returns the person and the secret.

    Raises: DomainError when the login is taken (whatever its case or width) or no login at all.
    """
    require(viewer_of(act.person) if act.person else None, Permission.MANAGE_USERS)
    plain = plain_login(login)
    if not plain:
        raise DomainError("请填写登录名", field="login")
    if act.session.scalar(select(func.count()).select_from(Person).where(Person.login == plain)):
        raise DomainError(f"登录名“{plain}”已有人使用，请换一个", field="login")
    if act.session.get(Unit, unit_id) is None:
        raise DomainError("没有这个单位，请先在单位字典里登记", field="unit")
    person = Person(login=plain, name=name.strip(), role=role, unit_id=unit_id, first_day=first_day, last_day=last_day)
    act.session.add(person)
    act.session.flush()
    given = secret or one_time_secret()
    act.session.add(Credential(person_id=person.id, password_digest=_hasher.hash(given), one_time=one_time))
    return person, given


def renew_secret(person_id: int, *, act: Act) -> tuple[Person, str]:
    """Give an account a new secret to be changed at the next sign-in; the old one and every session of the person end.

    Returns the person and the secret, which is stored nowhere in clear. Raises: NotAllowed, DomainError.
    """
    require(viewer_of(act.person) if act.person else None, Permission.MANAGE_USERS)
    person = act.session.get(Person, person_id)
    if person is None:
        raise DomainError("没有这个账号")
    if person.id == act.person_id:
        raise NotAllowed("不能给自己重发一次性密码，请在“修改密码”里换")
    credential = act.session.scalars(select(Credential).where(Credential.person_id == person.id)).one()
    given = one_time_secret()
    credential.password_digest = _hasher.hash(given)
    credential.one_time = True
    credential.secret_no += 1
    return person, given


def unit_named(session: Session, name: str) -> Unit:
    """The unit with this name or code. Raises DomainError."""
    found = session.scalars(select(Unit).where((Unit.name == name) | (Unit.code == name))).one_or_none()
    if found is None:
        raise DomainError(f"没有名为“{name}”的单位，请核对单位全称", field="unit")
    return found


def change_rights(
    person_id: int,
    version: int | None,
    *,
    act: Act,
    role: Role | None = None,
    unit_id: int | None = None,
    active: bool | None = None,
    days: tuple[date | None, date | None] | None = None,
    bounds: tuple[Collection[int], Collection[int]] | None = None,
) -> None:
    """Change role, unit, days, scope or the account's state; every session of the person ends.

    days: first and last day, inclusive. bounds: ids of the towns and units an inspector is sent to; both empty: the county.
    Raises: Stale, NotAllowed, DomainError.
    """
    who = viewer_of(act.person) if act.person else None
    if role is not None or unit_id is not None or days is not None or bounds is not None:
        require(who, Permission.MANAGE_RIGHTS)
    if active is not None:
        require(who, Permission.MANAGE_USERS)
    person = act.session.get(Person, person_id)
    if person is None:
        raise DomainError("没有这个账号")
    if person.id == act.person_id:
        raise NotAllowed("不能改动自己的账号，请由另一位管理员办理")
    act.check_version(person, version)
    if role is not None:
        person.role = role
    if unit_id is not None:
        person.unit_id = unit_id
    if active is not None:
        person.active = active
    if days is not None:
        check_days(person.role, *days)
        person.first_day, person.last_day = days
    if bounds is not None:
        _bound(person, *bounds, act=act)
    person.rights_no += 1
    person.version += 1


def check_days(role: Role, first_day: date | None, last_day: date | None) -> None:
    """Refuse days that run backwards, and an inspector without them. Raises DomainError."""
    if role is Role.INSPECTOR and (first_day is None or last_day is None):
        field = "last_day" if last_day is None else "first_day"
        raise DomainError("督查人员的账号有起止日期，请填写启用日期和停用日期", field=field)
    if first_day is not None and last_day is not None and first_day > last_day:
        raise DomainError("停用日期不能早于启用日期", field="last_day")


def _bound(person: Person, towns: Collection[int], units: Collection[int], *, act: Act) -> None:
    """Send an inspector to towns and units; to none of them is to the whole county."""
    if (towns or units) and person.role is not Role.INSPECTOR:
        raise DomainError("只有督查人员分范围，别的角色看本单位的", field="scope_units")
    there = set(act.session.scalars(select(Region.id).where(Region.id.in_(towns), Region.level == "town")))
    if there != set(towns):
        raise DomainError("请从列出的镇中选择", field="towns")
    if set(act.session.scalars(select(Unit.id).where(Unit.id.in_(units)))) != set(units):
        raise DomainError("没有这个单位，请先在单位字典里登记", field="scope_units")
    person.scope_towns = tuple(str(t) for t in sorted(towns))
    person.scope_units = tuple(str(u) for u in sorted(units))


# ---------- signing in ----------


@cache
def _nobody() -> str:
    """What the password of an unknown login is held against, so that it takes as long as a known one's."""
    return _hasher.hash(secrets.token_hex(16))


def sign_in(login: str, password: str, address: str) -> Viewer:
    """The person who proved to be that login. Tries are counted per account and per address before they are looked at.

    Raises: DomainError with one sentence whatever was wrong, or how long to wait.
    """
    plain = plain_login(login)[:80]
    now, nobody = datetime.now(UTC), _nobody()
    with store.writing() as session:
        _refuse_storm(session, plain, address, now)
        session.add(SignInFailure(login=plain, address=address, at=now))
        row = session.execute(
            select(Person, Credential).join(Credential, Credential.person_id == Person.id).where(Person.login == plain)
        ).first()
        digest = row[1].password_digest if row else nobody
        person_id = row[0].id if row and row[0].may_sign_in((now + timedelta(hours=8)).date()) else None
    if not _verify(digest, password) or person_id is None:
        with act(by=None, what="登录失败", subject=plain, address=address):
            pass
        raise DomainError(WRONG, field="password")
    due = _became_due(person_id)
    with act(by=person_id, what="登录", address=address) as done:
        messages.tell_due(due, act=done)
        credential = done.session.scalars(select(Credential).where(Credential.person_id == person_id)).one()
        credential.last_sign_in_at = now
        if _hasher.check_needs_rehash(credential.password_digest):
            credential.password_digest = _hasher.hash(password)
        done.session.execute(delete(SignInFailure).where(SignInFailure.login == plain))
        assert done.person is not None
        return viewer_of(done.person)


def _became_due(person_id: int) -> list[messages.Due]:
    """What waits for this person and has come to its last day, read before the act so that nobody waits for it."""
    with store.snapshot() as session:
        who = viewer(session, person_id)
        county = session.scalars(select(County).limit(1)).first()
        if who is None or county is None:
            return []
        today = county_today(session)
        return [
            messages.Due(one.kind, one.id, one.due, one.title, one.why)
            for one in waiting(session, who, county.work_year, today)
            if one.due is not None and one.due <= today and not one.late_words
        ]


def _verify(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _refuse_storm(session: Session, login: str, address: str, now: datetime) -> None:
    """Growing delays: five free tries in ten minutes, then 2, 4, 8 … seconds after the last, fifteen minutes at most."""
    since = now - WINDOW
    count, last = session.execute(
        select(func.count(), func.max(SignInFailure.at)).where(SignInFailure.login == login, SignInFailure.at > since)
    ).one()
    if count >= FREE_TRIES:
        wait = min(timedelta(seconds=2 ** (count - FREE_TRIES + 1)), LONGEST_DELAY)
        left = last + wait - now
        if left > timedelta(0):
            raise DomainError(f"连续输错次数较多，请等 {_span(left)}再试", field="password")
    from_address = session.scalar(
        select(func.count())
        .select_from(SignInFailure)
        .where(SignInFailure.address == address, SignInFailure.at > since)
    )
    if (from_address or 0) >= ADDRESS_TRIES:
        raise DomainError("本机连续登录失败太多，请十分钟后再试", field="password")


def _span(left: timedelta) -> str:
    seconds = max(1, int(left.total_seconds()) + 1)
    return f"{seconds} 秒" if seconds < 60 else f"{-(-seconds // 60)} 分钟"


def must_change_password(person_id: int) -> bool:
    """Whether the person still uses a one-time secret."""
    with store.snapshot() as session:
        return bool(session.scalar(select(Credential.one_time).where(Credential.person_id == person_id)))


def change_password(old: str, new: str, *, act: Act) -> None:
    """Set one's own password; ends the other sessions. Raises DomainError on a weak new or a wrong old one."""
    assert act.person is not None
    credential = act.session.scalars(select(Credential).where(Credential.person_id == act.person.id)).one()
    if not _verify(credential.password_digest, old):
        raise DomainError("原密码不对", field="old")
    check_strength(new, act.person)
    if old == new:
        raise DomainError("新密码不能和原密码相同", field="new")
    credential.password_digest = _hasher.hash(new)
    credential.one_time = False
    credential.secret_no += 1


def check_strength(password: str, person: Person) -> None:
    """Twelve characters at least, two kinds of them, none of the words everybody tries. Source: 等保 身份鉴别。"""
    low = unicodedata.normalize("NFKC", password).casefold()
    kinds = sum(
        any(test(c) for c in password) for test in (str.isdigit, str.islower, str.isupper, lambda c: not c.isalnum())
    )
    if len(password) < SHORTEST_PASSWORD:
        raise DomainError(f"密码太短，请至少用 {SHORTEST_PASSWORD} 个字符", field="new")
    if kinds < 2 or len(set(low)) < 6:
        raise DomainError("密码太简单，请混用字母、数字或符号，不要大量重复", field="new")
    words = [*_COMMON, person.login, person.name, person.unit.name]
    rest = low
    for word in words:
        rest = rest.replace(word.casefold(), "") if word else rest
    if len(rest) < SHORTEST_PASSWORD // 2:
        raise DomainError("密码里不要用常见密码、县名、单位名或登录名", field="new")
