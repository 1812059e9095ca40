"""Who is at the page, and whether the page may be theirs: sessions, `@allow`, refusal by default."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from flask import Flask, Request, abort, current_app, g, redirect, request, session, url_for
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from fundsys import store
from fundsys.domain.access_tokens import TokenScope, county_of
from fundsys.domain.errors import NotAllowed
from fundsys.domain.rights import Permission, Scope
from fundsys.queries.access_tokens import HeldToken, held_token
from fundsys.queries.facts import office_today
from fundsys.queries.viewer import Viewer, account, bounded_by_token, held_to
from fundsys.services import access_tokens
from fundsys.web.dress import bearer, is_twin, speaks_json

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
READING = ("GET", "HEAD", "OPTIONS")
OPEN = "open to everybody"
SIGNED_IN = "open to everybody signed in"
_V = TypeVar("_V", bound=Callable[..., Any])
manager = LoginManager()


class Seat(UserMixin):
    """A signed-in person as Flask-Login keeps it: county, person, and the numbers that rise when rights or secret change."""

    def __init__(
        self, county: str, who: Viewer, secret_no: int, one_time: bool, token: HeldToken | None = None
    ) -> None:
        self.county = county
        self.token = token
        self.who = who
        self.id = who.id
        self.one_time = one_time
        self._secret_no = secret_no

    @property
    def only_reads(self) -> bool:
        """Whether this is a token that only reads."""
        return self.token is not None and self.token.scope is TokenScope.READ

    def get_id(self) -> str:
        return f"{self.county}:{self.who.id}:{self.who.rights_no}:{self._secret_no}"


def allow(*permissions: Permission | str) -> Callable[[_V], _V]:
    """Declare who may open a view: any of these permissions, or OPEN, or SIGNED_IN. A view without it answers 403."""

    def mark(view: _V) -> _V:
        view.allowed = permissions  # type: ignore[attr-defined]
        return view

    return mark


def in_person(view: _V) -> _V:
    """Declare that a view is the person's own at the page, never served as JSON: secrets, whole personal numbers, tokens."""
    view.in_person = True  # type: ignore[attr-defined]
    return view


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


class OwnSession(SecureCookieSessionInterface):
    """Sessions of browsers. A request with a token has none: it neither reads a cookie nor leaves one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie; a blank one for a token."""
        return self.session_class() if bearer() is not None else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        """Send the cookie, but not to a token."""
        if bearer() is None:
            super().save_session(app, session, response)


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
    today = office_today()
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
    told = bearer()
    named = session.get("county")
    if told is not None:
        named = code if (code := county_of(told)) in store.counties() else None
    chosen = named or store.settings().county or next(iter(store.counties()), store.HOME_COUNTY)
    g.county_token = store._county.set(chosen)


def _seat_of_token(_: object) -> Seat | None:
    """The person of the token sent with the request; None without one, or when rights, secret, time or a person ended it."""
    told = bearer()
    if told is None or county_of(told) not in ("", store.current_county()):
        return None
    today = office_today()
    with store.glance(store.current_county()) as reading:
        token = held_token(reading, told)
        if token is None or not token.is_open(today):
            return None
        found = account(reading, token.person_id)
    if found is None or not found.may_sign_in(today):
        return None
    if (found.who.rights_no, found.secret_no) != (token.rights_no, token.secret_no):
        return None
    access_tokens.used(token, today)
    if token.scope is not TokenScope.CHOSEN:
        return Seat(store.current_county(), found.who, found.secret_no, found.one_time, token)
    g.held_token = held_to.set((found.who.id, token.permissions))
    return Seat(store.current_county(), bounded_by_token(found.who), found.secret_no, found.one_time, token)


def _guard() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    allowed: tuple[Permission | str, ...] = getattr(view, "allowed", ())
    if is_twin() and getattr(view, "in_person", False):
        raise NotAllowed("这一项只在网页上由本人办理，接口不办")
    if OPEN in allowed:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET" and not speaks_json():
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if current_user.one_time and request.endpoint not in ("people.change_password", "people.sign_out"):
        if speaks_json():
            raise NotAllowed("现在用的是一次性密码，请先在网页上修改密码")
        return redirect(url_for("people.change_password"))
    who: Viewer = current_user.who
    if current_user.only_reads and request.method not in READING:
        raise NotAllowed("这个接口凭证只能读取，不能办理；要办理的请另领凭证")
    if SIGNED_IN not in allowed and not any(
        isinstance(p, Permission) and who.scope(p) is not Scope.NONE for p in allowed
    ):
        abort(403)
    return None


def guard(app: Flask) -> None:
    """Let nobody but those allowed come to a view."""
    app.before_request(_guard)


def know(app: Flask) -> None:
    """Choose the county and know the person of every request."""
    app.before_request(_choose_county)
    manager.init_app(app)
    manager.user_loader(_seat_in_time)
    manager.request_loader(_seat_of_token)
    manager.session_protection = None
    app.session_interface = OwnSession()

    @app.teardown_request
    def forget_county(error: BaseException | None) -> None:
        held = g.pop("held_token", None)
        if held is not None:
            held_to.reset(held)
        token = g.pop("county_token", None)
        if token is not None:
            store._county.reset(token)
