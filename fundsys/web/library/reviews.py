"""Several proposals on one page: the town's review, the county's appraisal and admission, and rolling over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.library import LibraryState
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import library as queries
from fundsys.queries.facts import county_today
from fundsys.queries.money_facts import days_of, policy_of
from fundsys.services.acts import Act
from fundsys.services.library import reviews as services
from fundsys.web.access import allow, me
from fundsys.web.frame import work_year
from fundsys.web.funds.forms import RowsForm
from fundsys.web.tables import Page, page_number
from fundsys.web.ticks import ticked

from . import bp
from .forms import AdmissionForm, AppraisalForm, RollForm, TownForm

P = Permission
TEN = 10
PASS, RETURN = "pass", "return"


@bp.route("/town-review", methods=["GET", "POST"])
@allow(P.APPROVE_TOWN_STEP)
def town_review() -> Any:
    """The town's proposals that wait, ten on a page: pass or send back each, in one act."""
    form = TownForm()
    return _page(
        form,
        "library/town_review.html",
        ".town_review",
        LibraryState.SUBMITTED,
        P.APPROVE_TOWN_STEP,
        lambda seen, passed, returned: form.try_to(_town, seen, passed, returned, _opinion(form)),
    )


@bp.route("/appraisal", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def appraisal() -> Any:
    """What towns have reviewed: appraise and put on public notice, or send back."""
    today = county_today(db.session())
    days = days_of(policy_of(db.session(), today.year), "admission_notice_days")
    form = AppraisalForm(notice_from=today, notice_until=today + timedelta(days=days - 1))
    return _page(
        form,
        "library/appraisal.html",
        ".appraisal",
        LibraryState.REVIEWED,
        P.ADMIT_PROJECT,
        lambda seen, passed, returned: form.try_to(
            _appraise, seen, passed, returned, _opinion(form), form.notice_from.data, form.notice_until.data
        ),
        days=days,
    )


@bp.route("/admission", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def admission() -> Any:
    """What is on public notice: admit when it is over, or send back what was objected to."""
    form = AdmissionForm()
    return _page(
        form,
        "library/admission.html",
        ".admission",
        LibraryState.ON_NOTICE,
        P.ADMIT_PROJECT,
        lambda seen, passed, returned: form.try_to(
            _admit, seen, passed, returned, form.document_no.data or "", form.place.data or ""
        ),
        today=county_today(db.session()),
    )


@bp.route("/roll", methods=["GET", "POST"])
@allow(P.ADMIT_PROJECT)
def roll() -> Any:
    """Admitted projects that no plan has chosen: keep them on the list for another year."""
    form = RollForm(year=work_year() + 1)
    year = request.args.get("from", work_year(), type=int)
    number = page_number(request.args)
    wanted = queries.LibraryFilter(year=year, unplanned=True)
    rows, sums = queries.library(db.session(), me(), wanted, sort="code", offset=(number - 1) * 50, limit=50)
    if form.submitted():
        seen = ticked()
        if form.try_to(_roll, seen, form.year.data, form.reason.data or ""):
            flash(form.repeated or form.result or "", "good")
            return redirect(f"{url_for('.roll')}?from={year}")
    page = render_template(
        "library/roll.html", form=form, page=Page(rows, number, sums.count), sums=sums, year=year,
        picked=set(request.form.getlist("chosen")),
    )  # fmt: skip
    return (page, 422) if request.method == "POST" else page


def _page(
    form: RowsForm, template: str, endpoint: str, state: LibraryState, permission: Permission, decide: Any, **more: Any
) -> Any:
    """Ten proposals that stand in a state, decided together."""
    number = page_number(request.args)
    wanted = queries.LibraryFilter(state=state, text=request.args.get("q", "").strip()[:60])
    rows, sums = queries.library(
        db.session(), me(), wanted, sort="submitted", offset=(number - 1) * TEN, limit=TEN, permission=permission
    )
    if form.submitted():
        told = decisions(form)
        if told is not None and decide(*told):
            flash(form.repeated or form.result or "", "good")
            return redirect(url_for(endpoint))
    page = render_template(
        template,
        form=form,
        page=Page(rows, number, sums.count, TEN),
        sums=sums,
        suspected=queries.duplicates(db.session(), [r.id for r in rows]),
        typed=request.form,
        **more,
    )
    return (page, 422) if request.method == "POST" else page


def decisions(form: RowsForm) -> tuple[dict[int, int], list[int], dict[int, str]] | None:
    """What was chosen for each row: versions seen, those that pass, those that go back with their reasons."""
    chosen = {
        name.removeprefix("choice-"): value
        for name, value in request.form.items()
        if name.startswith("choice-") and value in (PASS, RETURN)
    }
    seen = ticked(chosen)
    passed = [key for key in seen if chosen[str(key)] == PASS]
    returned = {key: request.form.get(f"why-{key}", "").strip() for key in seen if chosen[str(key)] == RETURN}
    for key, why in returned.items():
        if not why:
            form.say("退回的请写明原因，申报单位才知道改哪里", f"why-{key}")
    if form.row_errors:
        return None
    return seen, passed, returned


def _opinion(form: Any) -> services.Opinion:
    return services.Opinion(form.words.data or "", form.document_no.data or "", form.place.data or "")


def _town(seen: Any, passed: Any, returned: Any, opinion: services.Opinion, *, act: Act) -> str:
    """Review; the sentence to say."""
    return _say(act, services.review_in_town(seen, passed, returned, opinion, act=act), "通过镇审核，已报县论证")


def _appraise(
    seen: Any, passed: Any, returned: Any, opinion: services.Opinion, begin: Any, until: Any, *, act: Act
) -> str:
    """Appraise; the sentence to say."""
    done = services.appraise(seen, passed, returned, opinion, begin, until, act=act)
    return _say(act, done, "通过论证，进入入库公示")


def _admit(seen: Any, passed: Any, returned: Any, number: str, place: str, *, act: Act) -> str:
    """Admit; the sentence to say."""
    return _say(act, services.admit(seen, passed, returned, number, place, act=act), "审定入库，已给项目库编号")


def _say(act: Act, done: services.Decided, what: str) -> str:
    told = [f"{done.passed} 个{what}"] if done.passed else []
    told += [f"{done.returned} 个已退回申报单位"] if done.returned else []
    act.answer = "；".join(told)
    return act.answer


def _roll(seen: dict[int, int], year: int, reason: str, *, act: Act) -> str:
    """Roll over; the sentence to say."""
    count = services.roll_over(seen, year, reason, act=act)
    act.answer = f"{count} 个项目滚动到 {year} 年度，仍在项目库里"
    return act.answer
