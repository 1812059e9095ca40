"""Re-classing many projects: choose them, see what would change by class and town, then do it as one act."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from fundsys.domain.industry import FourBatch
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import industry as queries
from fundsys.queries import legacy_records as records
from fundsys.queries.facts import county_today, work_year
from fundsys.queries.legacy_rehearsal import Candidate, candidates, rehearse
from fundsys.services import industry
from fundsys.services.acts import Act
from fundsys.services.industry.bulk import MOST
from fundsys.web.access import allow, me
from fundsys.web.ticks import ticked

from . import bp
from .forms import BulkForm, chosen_measures, decision_of
from .lists import filter_from, shown_labels

_BETWEEN = re.compile(r"[\s,，、;；]+")


@bp.route("/rehearse", methods=["GET", "POST"])
@allow(Permission.CLASSIFY)
def rehearsal() -> Any:
    """Choose by filter, list or codes; rehearse; confirm what was rehearsed."""
    form = BulkForm(decided_on=county_today(db.session()))
    chosen, strange = _chosen(form)
    found = None
    if request.method == "POST":
        readable = form.submitted()
        if strange:
            form.say(f"没有编号为{'、'.join(strange[:5])}的产业项目", "codes")
        elif not chosen:
            form.say("请在下面勾选项目，或填写项目编号", "codes")
        elif readable:
            decision = decision_of(form)
            mark = _mark(form, chosen)
            if request.form.get("action") == "confirm":
                if request.form.get("rehearsed") != mark:
                    form.say("预演之后选择或内容有改动，请看过新的预演再确认")
                elif form.try_to(_classify, chosen, decision):
                    flash(form.repeated or form.result or "", "good")
                    return redirect(url_for(".index", batch=decision.batch.code))
            found = rehearse(db.session(), me(), list(chosen), decision, work_year(db.session()))
    rows = list(found.rows) if found else _rows(chosen)
    page = render_template(
        "industry/rehearse.html",
        form=form,
        rows=rows,
        chosen=chosen or {row.id: row.version for row in rows},
        found=found,
        mark=_mark(form, chosen) if found else "",
        labels=shown_labels(),
        classes=list(FourBatch),
        measures=records.measures(db.session()),
        measures_chosen=chosen_measures(),
        most=MOST,
    )
    refused = request.method == "POST" and (found is None or request.form.get("action") == "confirm")
    return (page, 422) if refused else page


def _chosen(form: BulkForm) -> tuple[dict[int, int], list[str]]:
    """What is meant: the ticked rows and the codes typed; and codes that are nobody's."""
    session = db.session()
    if request.method == "GET":
        wanted = filter_from(request.args)
        if wanted.is_empty:
            return {}, []
        rows, _, _ = queries.legacy_projects(session, me(), wanted, limit=MOST)
        return queries.versions(session, me(), [row.id for row in rows]), []
    found = ticked()
    codes = list(dict.fromkeys(code for code in _BETWEEN.split(form.codes.data or "") if code))[:MOST]
    known = records.ids_by_code(session, codes)
    more = queries.versions(session, me(), set(known.values()) - set(found))
    return more | found, [code for code in codes if code not in known]


def _rows(chosen: dict[int, int]) -> list[Candidate]:
    return candidates(db.session(), me(), list(chosen), work_year(db.session())) if chosen else []


def _mark(form: BulkForm, chosen: dict[int, int]) -> str:
    """What tells a rehearsal from another: the projects at their versions, and what is to be decided."""
    told = {name: text for name, text in form.shown_answers().items() if name != "codes"}
    whole = repr((sorted(chosen.items()), sorted(told.items()), chosen_measures()))
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def _classify(chosen: dict[int, int], decision: industry.Decision, *, act: Act) -> str:
    """Do what was rehearsed; the sentence to say."""
    industry.classify_many(chosen, decision, act=act)
    return act.answer
