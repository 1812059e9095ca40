"""Access tokens for programs: one's own, and for the administrator of rights everybody's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from fundsys import store
from fundsys.domain import terms
from fundsys.domain.access_tokens import TokenScope, rights_of
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import access_tokens as queries
from fundsys.queries.facts import office_today
from fundsys.services import access_tokens as services
from fundsys.web.access import SIGNED_IN, allow, in_person, me
from fundsys.web.forms import ChoiceField, DateField, OfficeForm, TextField

bp = Blueprint("tokens", __name__, url_prefix="/access-tokens")


class TokenForm(OfficeForm):
    """A new token: what for, how much of one's rights, how long."""

    act_name = "领取接口凭证"
    name = TextField(terms.TOKEN_NAME, required=True, limit=60)
    scope = ChoiceField(terms.TOKEN_SCOPE, TokenScope, required=True)
    first_day = DateField(terms.TOKEN_FIRST_DAY)
    last_day = DateField(terms.TOKEN_LAST_DAY, required=True)


class EndForm(OfficeForm):
    """Yes, end the token."""

    act_name = "停用接口凭证"


@bp.route("/")
@allow(SIGNED_IN)
@in_person
def index() -> str:
    """One's own tokens; for the administrator of rights also those of everybody."""
    session, who = db.session(), me()
    return render_template(
        "access_tokens/index.html",
        mine=queries.tokens(session, who),
        others=queries.tokens(session, who, of_all=True) if who.can(Permission.MANAGE_RIGHTS) else None,
        end=EndForm(formdata=None),
        today=office_today(),
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(SIGNED_IN)
@in_person
def new() -> Any:
    """Take a token; it is shown once."""
    form, who, today = TokenForm(), me(), office_today()
    offered = rights_of(who.role)
    chosen = [one for one in offered if one.code in request.form.getlist("permissions")]
    if form.submitted():
        scope, last_day = form.scope.data, form.last_day.data
        assert scope is not None and last_day is not None

        def make(*, act: Any) -> str:
            token = services.make_token(
                form.name.data or "",
                scope,
                chosen if scope is TokenScope.CHOSEN else (),
                form.first_day.data,
                last_day,
                today=today,
                act=act,
            )
            act.answer = "已领取"
            return token

        if form.try_to(make):
            return render_template("access_tokens/shown.html", token=form.result or "", name=form.name.data)
    page = render_template(
        "access_tokens/new.html", form=form, offered=offered, chosen=chosen, longest=store.settings().token_days
    )
    return (page, 422) if request.method == "POST" else page


@bp.route("/<int:token_id>/end", methods=["POST"])
@allow(SIGNED_IN)
@in_person
def end(token_id: int) -> Any:
    """End a token at once."""
    form = EndForm()
    if form.submitted() and form.try_to(services.end_token, token_id):
        flash("已停用，使用它的程序从现在起不能再读取和办理", "good")
    elif form.form_errors:
        flash(str(form.form_errors[0]), "bad")
    return redirect(url_for(".index"))
