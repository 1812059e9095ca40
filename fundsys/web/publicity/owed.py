"""What is owed to the public: one list over money, projects and assets, with last days, and the way to a notice."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from fundsys.domain.money import total
from fundsys.domain.publicity import Occasion, PublicLevel
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.funds import years
from fundsys.queries.owed_notices import Owed, owed_to_the_public
from fundsys.queries.public_subjects import sees_all
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import today
from fundsys.web.tables import PAGE_SIZE, Page, order_from, page_number

from . import bp

SORTS = ("due", "formed", "amount", "by", "what")
STATES = (("open", "未公示"), ("late", "已逾期"), ("draft", "办理中"), ("done", "已公示"), ("all", "全部"))


@bp.route("/public-notices/owed")
@allow(Permission.READ_RULES, Permission.PUBLISH)
def owed() -> str:
    """The results of a year that must be made public: by whom, until when, and what has been done."""
    args, year = request.args, request.args.get("year", work_year(), type=int)
    occasion = next((o for o in Occasion if o.code == args.get("occasion")), None)
    level = next((x for x in PublicLevel if x.code == args.get("level")), None)
    state = args.get("state") if args.get("state") in dict(STATES) else "open"
    q = args.get("q", "").strip()[:60]
    order, number = order_from(args, SORTS, "due"), page_number(args)
    day = today()
    whole = owed_to_the_public(db.session(), year, me(), only=occasion)
    rows = [o for o in whole if _fits(o, level, state or "open", q, day)]
    rows = _sorted(rows, order.name, order.down)
    late = [o for o in whole if _state(o, day) == "late"]
    shown = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "publicity/owed.html",
        page=Page(shown, number, len(rows), PAGE_SIZE),
        sum=total(o.subject.amount for o in rows),
        whole=len(whole),
        pickable={o.key for o in shown if _may_pick(o)},
        done=sum(1 for o in whole if o.is_public),
        late=len(late),
        order=str(order),
        year=year,
        today=day,
        wanted={"occasion": occasion, "level": level, "state": state, "q": q},
        occasions=[o for o in Occasion if o is not Occasion.FREE],
        levels=list(PublicLevel),
        states=STATES,
        years=[(str(y), f"{y}年") for y in years(db.session())],
    )


@bp.route("/owed")
@allow(Permission.READ_RULES, Permission.PUBLISH)
def old_owed() -> Any:
    """The list's former address."""
    return redirect(url_for(".owed", year=request.args.get("year", type=int)))


def _may_pick(one: Owed) -> bool:
    """Whether the person may write a notice of it: what their unit owes, or what lies with it."""
    who = me()
    return who.can(Permission.PUBLISH) and one.published is None and (not sees_all(who) or one.by == who.unit_name)


def _state(one: Owed, day: Any) -> str:
    if one.is_public:
        return "done"
    if one.published is not None:
        return "draft"
    return "late" if one.due_on is not None and one.due_on < day else "open"


def _fits(one: Owed, level: PublicLevel | None, state: str, q: str, day: Any) -> bool:
    if level is not None and one.duty.level is not level:
        return False
    if q and not any(q in text for text in (one.subject.code, one.subject.name, one.by, one.duty.label)):
        return False
    is_now = _state(one, day)
    return state == "all" or is_now == state or (state == "open" and is_now == "late")


def _sorted(rows: list[Owed], name: str, down: bool) -> list[Owed]:
    """The rows in the order asked for; those without a day stay last."""
    if name in ("due", "formed"):
        dated = [(day, o) for o in rows if (day := o.due_on if name == "due" else o.subject.formed_on)]
        undated = [o for o in rows if (o.due_on if name == "due" else o.subject.formed_on) is None]
        return [o for _, o in sorted(dated, key=lambda pair: pair[0], reverse=down)] + undated
    if name == "amount":
        return sorted(rows, key=lambda o: o.subject.amount.fen, reverse=down)
    return sorted(rows, key=lambda o: o.by if name == "by" else o.duty.label, reverse=down)
