"""Who is at the page, and whether the page may be theirs: sessions, `@allow`, refusal by default."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from fundsys import store
from fundsys.domain.rights import Permission, Scope
from fundsys.queries.viewer import Viewer, account

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
OPEN = "open to everybody"
SIGNED_IN = "open to everybody signed in"
_V = TypeVar("_V", bound=Callable[..., Any])
manager = LoginManager()


class Seat(UserMixin):
    """A signed-in person as Flask-Login keeps it: county, person, and the numbers that rise when rights or secret change."""

    def __init__(self, county: str, who: Viewer, secret_no: int, one_time: bool) -> None:
        self.county = county
        self.who = who
        self.id = who.id
        self.one_time = one_time
        self._secret_no = secret_no

    def get_id(self) -> str:
        return f"{self.county}:{self.who.id}:{self.who.rights_no}:{self._secret_no}"


def allow(*permissions: Permission | str) -> Callable[[_V], _V]:
    """Declare who may open a view: any of these permissions, or OPEN, or SIGNED_IN. A view without it answers 403."""

    def mark(view: _V) -> _V:
        view.allowed = permissions  # type: ignore[attr-defined]
        return view

    return mark


def me() -> Viewer:
    """The person at the page. Only inside views that need a person."""
    if not current_user.is_authenticated:
        abort(401)
    who: Viewer = current_user.who
    return who


def me_or_none() -> Viewer | None:
    """The person at the page, None when nobody has signed in."""
    return current_user.who if current_user.is_authenticated else None


def address() -> str:
    """The address of the caller, as the server saw it."""
    try:
        return str(ipaddress.ip_address(request.remote_addr or ""))
    except ValueError:
        return ""


def take_seat(who: Viewer) -> None:
    """Open a session for a person who proved who they are; whatever session there was before is thrown away."""
    county = store.current_county()
    session.clear()
    now = datetime.now(UTC).timestamp()
    session.update({"since": now, "seen": now, "county": county})
    seat = load_seat(f"{county}:{who.id}")
    if seat is not None:
        login_user(seat)


def leave_seat() -> None:
    """Close the session."""
    logout_user()
    session.clear()


def load_seat(seat_id: str) -> Seat | None:
    """The person of a session, read on a connection of its own; None when rights, secret or time ended it."""
    parts = seat_id.split(":")
    county, person_id = parts[0], int(parts[1])
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    with store.glance(county) as reading:
        found = account(reading, person_id)
    if found is None or not found.may_sign_in(today):
        return None
    if len(parts) == 4 and parts[2:] != [str(found.who.rights_no), str(found.secret_no)]:
        return None
    return Seat(county, found.who, found.secret_no, found.one_time)


def _seat_in_time(seat_id: str) -> Seat | None:
    now = datetime.now(UTC).timestamp()
    seen, since = float(session.get("seen", 0)), float(session.get("since", 0))
    if now - seen > IDLE.total_seconds() or now - since > LONGEST.total_seconds() or since > now + 300:
        session.clear()
        g.ended = True
        return None
    if now - seen > 30:
        session["seen"] = now
    return load_seat(seat_id)


def _choose_county() -> None:
    """The county of this request: the session's, else the only one; several without a session are chosen at sign-in."""
    chosen = session.get("county") or store.settings().county or next(iter(store.counties()), store.HOME_COUNTY)
    g.county_token = store._county.set(chosen)


def _guard() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    allowed: tuple[Permission | str, ...] = getattr(view, "allowed", ())
    if OPEN in allowed:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET" and not request.path.startswith("/api/"):
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if current_user.one_time and request.endpoint not in ("people.change_password", "people.sign_out"):
        return redirect(url_for("people.change_password"))
    who: Viewer = current_user.who
    if SIGNED_IN not in allowed and not any(
        isinstance(p, Permission) and who.scope(p) is not Scope.NONE for p in allowed
    ):
        abort(403)
    return None


def init_app(app: Flask) -> None:
    """Choose the county, load the person and guard every view, in this order."""
    app.before_request(_choose_county)
    manager.init_app(app)
    manager.user_loader(_seat_in_time)
    manager.session_protection = None
    app.before_request(_guard)

    @app.teardown_request
    def forget_county(error: BaseException | None) -> None:
        token = g.pop("county_token", None)
        if token is not None:
            store._county.reset(token)
