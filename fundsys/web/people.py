"""Signing in and out, one's own password, and the accounts the administrators keep."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from fundsys import store
from fundsys.domain import terms
from fundsys.domain.errors import DomainError
from fundsys.domain.rights import Permission, Role
from fundsys.extensions import db
from fundsys.queries import people as queries
from fundsys.queries.projects import towns
from fundsys.services import counties, people
from fundsys.services.acts import Repeated, act
from fundsys.web.access import OPEN, SIGNED_IN, address, allow, in_person, leave_seat, me, me_or_none, take_seat
from fundsys.web.forms import ChoiceField, DateField, OfficeForm, PasswordField, PickField, TextField, TickField

bp = Blueprint("people", __name__, url_prefix="/people")


class SignInForm(OfficeForm):
    """Login and password; the county too where there are several."""

    county = PickField(terms.COUNTY_CHOICE, number=False)
    account = TextField(terms.ACCOUNT, required=True)
    password = PasswordField(terms.PASSWORD, required=True)


class PasswordForm(OfficeForm):
    """One's own new password, typed twice."""

    act_name = "修改密码"
    old = PasswordField(terms.OLD_PASSWORD, required=True)
    new = PasswordField(terms.NEW_PASSWORD, required=True)
    again = PasswordField(terms.NEW_PASSWORD_AGAIN, required=True)


class PersonForm(OfficeForm):
    """A new account."""

    act_name = "登记账号"
    login = TextField(terms.LOGIN, required=True)
    name = TextField(terms.PERSON_NAME, required=True)
    role = ChoiceField(terms.ROLE, Role, required=True)
    unit = TextField(terms.UNIT, required=True)
    first_day = DateField(terms.FIRST_DAY)
    last_day = DateField(terms.LAST_DAY)


class SecretForm(OfficeForm):
    """Yes, a new one-time secret."""

    act_name = "重发一次性密码"


class RightsForm(OfficeForm):
    """Role, unit and state of an account."""

    act_name = "调整账号权限"
    role = ChoiceField(terms.ROLE, Role, required=True)
    unit = TextField(terms.UNIT, required=True)
    active = TickField(terms.ACCOUNT_ACTIVE)
    first_day = DateField(terms.FIRST_DAY)
    last_day = DateField(terms.LAST_DAY)
    scope_units = TextField(terms.SCOPE_UNITS, limit=2000, rows=3)


@bp.route("/sign-in", methods=["GET", "POST"])
@allow(OPEN)
@in_person
def sign_in() -> Any:
    """Show the form; open a session for who proves to be somebody."""
    form = SignInForm()
    there = counties.names() if len(store.counties()) > 1 else []
    if there:
        form.county.options = there
    else:
        del form.county
    if "ended" in g:
        flash("登录已到时间，请重新登录", "info")
    if request.method == "GET" and me_or_none():
        return redirect(url_for("home.index"))
    if form.submitted():
        chosen = form.county.data if there else None
        if there and chosen not in dict(there):
            form.say("请选择县", "county")
        else:
            try:
                with store.in_county(chosen or store.current_county()):
                    take_seat(people.sign_in(form.account.data or "", form.password.data or "", address()))
                return redirect(_next_page())
            except DomainError as refusal:
                form.say(refusal.message, refusal.field)
    page = render_template("people/sign_in.html", form=form)
    return page, 422 if request.method == "POST" else 200


def _next_page() -> str:
    """Where the person wanted to go, when that is a page of ours."""
    wanted = request.args.get("next", "")
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else url_for("home.index")


@bp.route("/sign-out", methods=["POST"])
@allow(SIGNED_IN)
@in_person
def sign_out() -> Response:
    """Close the session and have the browser forget the pages."""
    once = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{me().id}/{session.get('since')}"))
    with suppress(Repeated), act(by=me().id, what="退出", form_id=once, address=address()):
        pass
    leave_seat()
    answer = redirect(url_for(".sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return answer


@bp.route("/password", methods=["GET", "POST"])
@allow(SIGNED_IN)
@in_person
def change_password() -> Any:
    """Set one's own password."""
    form = PasswordForm()
    if form.submitted():
        if form.new.data != form.again.data:
            form.say("两次输入的新密码不一样", "again")
        elif form.try_to(people.change_password, form.old.data or "", form.new.data or ""):
            who = me()
            session.clear()
            take_seat(who)
            flash("已保存，新密码从现在起使用", "good")
            return redirect(url_for("home.index"))
    return render_template("people/password.html", form=form, one_time=people.must_change_password(me().id))


@bp.route("/")
@allow(Permission.MANAGE_USERS, Permission.MANAGE_RIGHTS, Permission.READ_ADMINISTRATION)
def index() -> str:
    """The accounts, with those unused for long."""
    return render_template("people/index.html", people=queries.accounts(db.session, me()), idle_days=people.IDLE_DAYS)


@bp.route("/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_USERS)
@in_person
def new() -> Any:
    """Register an account; its secret is shown once."""
    form = PersonForm()
    form.unit.suggestions = queries.unit_names(db.session)
    if form.submitted():
        answers = form.answers()

        def register(*, act: Any) -> Any:
            unit = people.unit_named(act.session, answers["unit"])
            days = {name: answers[name] for name in ("first_day", "last_day")}
            people.check_days(answers["role"], *days.values())
            person, secret = people.add_person(
                answers["login"], answers["name"], answers["role"], unit.id, act=act, **days
            )
            act.subject, act.answer = person.login, str(person.id)
            return person.id, secret

        if form.try_to(register):
            return _secret_once(form, "账号已登记")
    return render_template("people/new.html", form=form)


@bp.route("/<int:person_id>/secret", methods=["GET", "POST"])
@allow(Permission.MANAGE_USERS)
@in_person
def renew_secret(person_id: int) -> Any:
    """Give an account a new secret, shown once, when the first was not seen or the password is forgotten."""
    account = queries.account(db.session, me(), person_id)
    form = SecretForm()
    if form.submitted():

        def renew(*, act: Any) -> Any:
            person, secret = people.renew_secret(person_id, act=act)
            act.subject, act.answer = person.login, str(person.id)
            return person.id, secret

        if form.try_to(renew):
            return _secret_once(form, "一次性密码已重发")
    return render_template("people/renew.html", form=form, account=account)


def _secret_once(form: OfficeForm, title: str) -> str:
    """The page of a new secret. Only the first copy of a form knows it; the others say how to make another."""
    person_id, secret = form.result or (int(form.repeated or 0), "")
    account = queries.account(db.session, me(), person_id)
    return render_template("people/secret.html", title=title, account=account, secret=secret)


@bp.route("/<int:person_id>", methods=["GET", "POST"])
@allow(Permission.MANAGE_USERS, Permission.MANAGE_RIGHTS)
def rights(person_id: int) -> Any:
    """Role, unit, days, scope and state of one account."""
    session_ = db.session()
    account = queries.account(session_, me(), person_id)
    kept = {name: getattr(account, name) for name in ("version", "role", "unit", "active", "first_day", "last_day")}
    form = RightsForm(**kept, scope_units="\n".join(queries.unit_names_of(session_, account.scope_units)))
    form.unit.suggestions = queries.unit_names(session_)
    if form.submitted():

        def save(*, act: Any) -> None:
            unit = people.unit_named(act.session, form.unit.data or "")
            people.change_rights(
                person_id,
                form.version.data,
                act=act,
                role=form.role.data if form.role.data is not account.role else None,
                unit_id=unit.id if unit.name != account.unit else None,
                active=bool(form.active.data) if bool(form.active.data) != account.active else None,
                **_days_and_bounds(form, account, act),
            )

        if form.try_to(save):
            flash("已保存，该账号正在使用的登录立即失效", "good")
            return redirect(url_for(".index"))
    chosen = set(request.form.getlist("towns")) if request.method == "POST" else set(account.scope_towns)
    return render_template(
        "people/rights.html", form=form, account=account, towns=towns(db.session), chosen_towns=chosen
    )


def _days_and_bounds(form: RightsForm, account: queries.Account, act: Any) -> dict[str, Any]:
    """What of days and scope was changed; what was not is left alone."""
    told: dict[str, Any] = {}
    days = (form.first_day.data, form.last_day.data)
    role = form.role.data or account.role
    if days != (account.first_day, account.last_day) or (role is Role.INSPECTOR and role is not account.role):
        told["days"] = days
    ids = sorted(int(t) for t in request.form.getlist("towns") if t.isascii() and t.isdigit() and len(t) < 10)
    names = [line.strip() for line in (form.scope_units.data or "").splitlines() if line.strip()]
    units = sorted(people.unit_named(act.session, name).id for name in names)
    before = ([int(t) for t in account.scope_towns], [int(u) for u in account.scope_units])
    if (ids, units) != tuple(map(sorted, before)):
        told["bounds"] = (ids, units)
    return told
