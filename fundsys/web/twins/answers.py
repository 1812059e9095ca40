"""How a page answers as JSON: what it told, that an act is done, or why it was refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, json, request, session
from werkzeug.exceptions import HTTPException
from wtforms.form import BaseForm

from fundsys.web.access import READING
from fundsys.web.dress import PREFIX, is_twin
from fundsys.web.errors import WORDS, reference_number

from . import plain
from .spoken import spoken

FRAME = frozenset({"g", "request", "session", "config"})
ACCEPTED = "accepted-form"


def dressed(response: Response) -> Response:
    """The answer of a page in JSON; files and what is JSON already go as they are."""
    if not is_twin():
        return response
    told = g.pop("told", None)
    said = session.pop("_flashes", []) or g.pop("_flashes", [])
    if 300 <= response.status_code < 400 and response.status_code != 304:
        return _moved(response, said)
    if response.status_code >= 400 and response.mimetype == "application/json":
        return _in_one_shape(response)
    if told is None or response.mimetype != "text/html":
        return response
    reading = request.method in READING
    errors = [] if reading else [one for form in _forms(told) for one in plain.errors_of(form)]
    if errors or response.status_code >= 400:
        return _refused(response, errors, told, said)
    names = spoken(current_app.jinja_env, g.pop("told_by")) - FRAME
    shown = plain.told(told, names)
    return _json(response, {"data": shown, "said": _sentences(said)})


def _moved(response: Response, said: list[tuple[str, str]]) -> Response:
    """An act that is done, or was refused with a word on the next page; a reading goes on to its other address."""
    at = urlsplit(response.location or "")
    if request.method in READING:
        return _json(response, {"at": f"{at.path}?{at.query}" if at.query else at.path})
    bad = [sentence for tone, sentence in said if tone == "bad"]
    if bad:
        response.status_code = 422
        return _refused(response, [{"field": None, "message": one} for one in bad], {}, [])
    path = at.path.removeprefix(PREFIX)
    told = {
        "done": any(tone in ("good", ACCEPTED) for tone, _ in said) or not said,
        "at": path + (f"?{at.query}" if at.query else ""),
        "id": _record_at(path),
        "said": _sentences(said),
        "repeated": bool(g.get("repeated", False)),
    }
    for name in ("Location", "Clear-Site-Data"):
        response.headers.pop(name, None)
    response.status_code = 200
    return _json(response, told)


def _refused(
    response: Response, errors: list[dict[str, Any]], told: dict[str, Any], said: list[tuple[str, str]]
) -> Response:
    """The refusal of a form: the first complaint, and each with its field."""
    status = response.status_code if response.status_code >= 400 else 422
    refusal = g.get("refusal")
    spoken = told.get("refused") or told.get("said")
    first = errors[0] if errors else {"field": None, "message": spoken if isinstance(spoken, str) else ""}
    sentences = first["message"] or next(iter(_sentences(said)), "") or WORDS.get(status, WORDS[422]).sentence
    error = {
        "message": sentences,
        "field": first["field"],
        "errors": errors or [{"field": None, "message": sentences}],
        "clause": refusal.clause if refusal is not None else None,
        "reference": reference_number(),
    }
    response.status_code = status
    return _json(response, {"error": error})


def _in_one_shape(response: Response) -> Response:
    """A refusal that a view wrote for a script of its page, in the shape of every other."""
    told = response.get_json(silent=True)
    if isinstance(told, dict) and isinstance(told.get("error"), dict):
        return response
    words = [told.get(name) for name in ("error", "message")] if isinstance(told, dict) else []
    sentence = next((one for one in words if isinstance(one, str)), "")
    return _refused(response, [{"field": None, "message": sentence}] if sentence else [], {}, [])


def _json(response: Response, told: dict[str, Any]) -> Response:
    response.set_data(json.dumps(told, ensure_ascii=False))
    response.mimetype = "application/json"
    return response


def _sentences(said: list[tuple[str, str]]) -> list[str]:
    return [str(sentence) for tone, sentence in said if tone != ACCEPTED and sentence]


def _forms(told: dict[str, Any]) -> list[BaseForm]:
    return [one for one in told.values() if isinstance(one, BaseForm)]


def _record_at(path: str) -> int | None:
    """The id in the address an act has led to; None when it leads to no record."""
    try:
        _, places = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return None
    return next((value for value in places.values() if isinstance(value, int)), None)


def register(app: Flask) -> None:
    """Dress every answer, after the view and before the session is kept."""
    app.after_request(dressed)
