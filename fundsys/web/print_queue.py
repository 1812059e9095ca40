"""打印任务: one's own printing jobs, printing place by place, and packages of a year."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for

from fundsys import batches, printing
from fundsys.domain import terms
from fundsys.domain.errors import NotFound
from fundsys.domain.print_batches import HandedOver, PlaceBy
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries.print_jobs import BATCH, PACKAGE, PRINT, JobState, PrintJob, print_job, print_jobs
from fundsys.queries.projects import towns
from fundsys.reports.registry import ledger as find_ledger
from fundsys.reports.registry import ledgers
from fundsys.services import jobs, prints
from fundsys.services.acts import Act
from fundsys.web.access import allow, me
from fundsys.web.forms import ChoiceField, DateField, NumberField, OfficeForm, PickField, TickField
from fundsys.web.frame import work_year

bp = Blueprint("queue", __name__, url_prefix="/ledgers/queue")
_P = Permission


class PartsForm(OfficeForm):
    """A ledger printed place by place."""

    act_name = "交办成批打印"
    ledger = PickField(terms.PARTS_LEDGER, required=True, number=False)
    over = ChoiceField(terms.PARTS_OVER, PlaceBy, required=True, radio=True)
    town = PickField(terms.PARTS_TOWN, number=False, blank="全县")
    handed_over = ChoiceField(terms.PARTS_AS, HandedOver, required=True, radio=True)
    year = NumberField(terms.PARTS_YEAR, least=1990, most=2100)
    until = DateField(terms.PARTS_UNTIL, year=work_year)
    as_at = DateField(terms.PARTS_AS_AT, year=work_year)
    public = TickField(terms.PARTS_PUBLIC)


class YearForm(OfficeForm):
    """The ledgers of a year as one archive package."""

    act_name = "交办年度归档包"
    year = NumberField(terms.PACKAGE_YEAR, required=True, least=1990, most=2100)


class AgainForm(OfficeForm):
    """A button that puts a job back into the queue."""

    act_name = "重办打印任务"


@bp.route("/")
@allow(_P.PRINT)
def index() -> str:
    """The person's own jobs, newest first; what nobody is doing is taken up again."""
    jobs.wake()
    rows = print_jobs(db.session(), me())
    return render_template("queue/index.html", rows=rows, told=_told, States=JobState, fresh=lambda: str(uuid.uuid4()))


def _told(job: PrintJob) -> tuple[str, str]:
    """What a job is, and of what, in words."""
    asked = job.asked
    if job.kind == PACKAGE:
        return ("归档包", asked["number"]) if asked.get("number") else ("归档包", f"{asked['year']} 年度各台账")
    ledger = find_ledger(asked["ledger"])
    days = [f"{word} {asked[key]}" for key, word in (("until", "业务截止"), ("as_at", "按当日记录")) if asked.get(key)]
    edition = ["公示版"] if asked.get("public") else []
    if job.kind == BATCH:
        places = "各镇" if asked["over"] == PlaceBy.TOWNS.code else f"{asked['town']}各村"
        how = HandedOver(asked["handed_over"]).label
        return f"{ledger.code} {ledger.title}", "，".join([places, how, *days, *edition])
    where = [str(value) for value in asked["where"].values()]
    kind = {".pdf": "PDF", ".xlsx": "工作簿", ".csv": "CSV"}[asked["suffix"]]
    return f"{ledger.code} {ledger.title}", "，".join([*where, kind, *days, *edition])


@bp.route("/<int:number>/state")
@allow(_P.PRINT)
def state(number: int) -> Any:
    """How far a job is, for the progress bar."""
    job = _job(number)
    states = {JobState.DONE: "done", JobState.FAILED: "failed"}
    word = f"排队中，前面还有 {job.ahead} 项" if job.state is JobState.WAITING else f"{job.percent or 0}%"
    told = {"done": job.done, "total": job.total, "state": states.get(job.state, "running"), "word": word}
    return jsonify(told | {"url": url_for(".index") if job.state in states else ""})


def _job(number: int) -> PrintJob:
    job = print_job(db.session(), me(), number)
    if job is None:
        raise NotFound("没有这项打印任务，或者不是您交办的")
    return job


@bp.route("/<int:number>/again", methods=["POST"])
@allow(_P.PRINT)
def again(number: int) -> Any:
    """Do a failed job once more, or the parts of a batch that failed."""
    job = _job(number)
    form = AgainForm()

    def repeat(*, act: Act) -> str:
        """Put the job back into the queue."""
        act.subject = f"打印任务 {job.id}"
        jobs.again(act.session, job.id)
        return act.subject

    if form.submitted() and form.try_to(repeat):
        jobs.start()
        flash("已重新排队，印好的部分不会再印一次")
    for words in form.form_errors:
        flash(words, "error")
    return redirect(url_for(".index"))


@bp.route("/<int:number>/file")
@allow(_P.PRINT)
def file(number: int) -> Any:
    """The file of a job that is done."""
    job = _job(number)
    if job.state is not JobState.DONE:
        raise NotFound("这项任务还没有印好")
    if job.kind == PRINT:
        made, _, suffix = job.file.rpartition(".")
        return redirect(url_for("ledgers.file", number=made, suffix=f".{suffix}"))
    stem, _, suffix = job.file.rpartition(".")
    kept = prints.kept_file(stem, f".{suffix}")
    if not kept.exists():
        raise NotFound("文件已经不在，请点“重办”再印一次")
    answer = send_file(kept, mimetype="application/pdf" if suffix == "pdf" else "application/zip")
    shown = quote(f"{' '.join(_told(job)).replace('/', '-')[:80]}.{suffix}")
    kind = "inline" if suffix == "pdf" else "attachment"
    answer.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{shown}"
    return answer


@bp.route("/parts", methods=["GET", "POST"])
@allow(_P.PRINT)
def parts() -> Any:
    """Order a ledger place by place."""
    form = PartsForm(ledger=request.args.get("ledger"), over=PlaceBy.VILLAGES, handed_over=HandedOver.BOUND)
    form.ledger.options = [(one.code, _offered(one.code)) for one in ledgers().values() if one.places]
    form.town.options = [(name, name) for _, name in towns(db.session)]

    def order(*, act: Act) -> str:
        """Order the batch."""
        asked = _batch(form)
        batches.check(asked)
        act.subject = asked.order.ledger
        act.answer = str(jobs.put(act.session, BATCH, _parameters(asked), act.person_id))
        return act.answer

    if form.submitted() and form.try_to(order):
        jobs.start()
        flash("已交办，印好的在这里取")
        return redirect(url_for(".index"))
    return render_template("queue/parts.html", form=form), 422 if request.method == "POST" else 200


def _offered(code: str) -> str:
    one = find_ledger(code)
    return f"{one.code} {one.title}{'' if 'village' in one.places else '（只能按镇）'}"


def _batch(form: PartsForm) -> batches.Batch:
    assert form.ledger.data and form.over.data and form.handed_over.data and form.form_id.data
    order = printing.Order(
        ledger=form.ledger.data,
        year=form.year.data or work_year(),
        as_at=form.as_at.data,
        until=form.until.data,
        public=bool(form.public.data),
        who=me(),
        base_url=request.host_url,
    )
    return batches.Batch(order, form.over.data, form.town.data or "", form.handed_over.data, form.form_id.data)


def _parameters(batch: batches.Batch) -> dict[str, Any]:
    """The batch as its job keeps it."""
    own = {"over": batch.over.code, "town": batch.town, "handed_over": batch.handed_over.code}
    return batch.order.parameters() | own | {"base_url": batch.order.base_url, "form_id": batch.key}


@bp.route("/year", methods=["GET", "POST"])
@allow(_P.PRINT)
def year() -> Any:
    """Order the archive package of a year."""
    form = YearForm(year=work_year())

    def order(*, act: Act) -> str:
        """Order the package."""
        act.subject = f"{form.year.data}"
        told = {"year": form.year.data, "form_id": form.form_id.data}
        act.answer = str(jobs.put(act.session, PACKAGE, told, act.person_id))
        return act.answer

    if form.submitted() and form.try_to(order):
        jobs.start()
        flash("已交办，印好的在这里取")
        return redirect(url_for(".index"))
    return render_template("queue/year.html", form=form), 422 if request.method == "POST" else 200
