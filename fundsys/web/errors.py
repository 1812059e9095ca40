"""Answers when something goes wrong: a page with a reference number, JSON for the API, nothing of the inside."""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime
from typing import Any, NamedTuple

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Stale, Unavailable

from .dress import speaks_json
from .filters import instant

log = logging.getLogger("fundsys")


class Words(NamedTuple):
    """What a page says: the heading, the usual sentence, what to do now."""

    heading: str
    sentence: str
    advice: str


WORDS = {
    400: Words(
        "这次提交没有收下", "请求不完整，或页面打开太久。", "请返回上一页，刷新后再提交；已填内容仍在上一页和本机里。"
    ),
    401: Words("请先登录", "还没有登录，或登录已过期。", "登录后从这里继续。"),
    403: Words("不能办理", "您的角色不能打开这一页。", "确需办理，请找本单位系统管理员核对权限。"),
    404: Words("没有这个内容", "地址不对，或者不在您的管理范围内。", "请从侧栏或顶栏查找重新进入。"),
    405: Words("不能这样打开", "这个地址只收表单，不能直接打开。", "请从侧栏重新进入。"),
    409: Words("这条记录已被改过", "这条记录已被别人改过。", "请对照后再保存。"),
    413: Words("文件太大", "上传的文件超过上限。", "请把照片或工作簿分开上传。"),
    422: Words("不能办理", "提交的内容不符合要求。", "请返回上一页改正，已填内容都在。"),
    429: Words("请求太频繁", "短时间内请求太多，已暂停接收。", "请稍等一会儿再试。"),
    500: Words("没有办成", "系统出了问题，已记下，这一步没有存。", "请稍后再试；仍不成时把编号告诉系统管理员。"),
    503: Words("系统正忙", "现在办不了，没有存下任何内容。", "请过一会儿再试，已填内容仍在上一页。"),
}

# For when even the frame of the page cannot be made (no database, broken template).
BARE = (
    '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{heading}</title></head>'
    "<body><h1>{heading}</h1><p>{sentence}</p><p>编号 {reference}</p></body></html>"
)
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal."""
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (Stale, 409), (Unavailable, 503)):
        if isinstance(error, kind):
            return status
    return 422


def reference_number() -> str:
    """A number for the page and the log: month, day and six letters that are not easily misread."""
    return f"{datetime.now(UTC):%m%d}-{''.join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))}"


def answer(status: int, message: str = "", **more: Any) -> tuple[Any, int]:
    """The error page with this sentence (or the usual one), or JSON below /api/."""
    words = WORDS.get(status, WORDS[400] if status < 500 else WORDS[500])
    reference = reference_number()
    if status >= 500:
        log.error("reference %s: %s %s -> %s", reference, request.method, request.path, status, exc_info=status == 500)
    if speaks_json():
        return jsonify(
            {"error": _told(message or words.sentence, reference, more.get("error"), more.get("field"))}
        ), status
    told = {**words._asdict(), "reference": reference, "at": instant(datetime.now(UTC))}
    told |= {"sentence": message} if message else {}
    stale = more.get("error")
    try:
        if isinstance(stale, Stale):
            return render_template("errors/409.html", **told, **comparison(stale, more.get("form"))), status
        return render_template("errors/page.html", **told), status
    except Exception:
        log.exception("reference %s: the error page itself could not be made", reference)
        return BARE.format(heading=words.heading, sentence=escape(told["sentence"]), reference=reference), status


def _told(message: str, reference: str, error: DomainError | None, field: str | None) -> dict[str, Any]:
    """An error as JSON: the sentence, its field and clause, every one of several refusals, both texts of a stale save."""
    told: dict[str, Any] = {"message": message, "field": field, "reference": reference}
    if error is not None:
        told["clause"] = error.clause
        told["errors"] = [{"field": one.field, "message": one.message} for one in getattr(error, "errors", (error,))]
    if isinstance(error, Stale):
        told |= {"theirs": error.theirs, "mine": error.mine, "version": error.version}
        if not error.mine and (form := g.get("stale_form")) is not None:
            told["mine"] = form.shown_answers()
    return told


def comparison(error: Stale, form: Any = None) -> dict[str, Any]:
    """Both texts of a record that two people saved, line by line, and what it takes to send ours again."""
    labels = {field.name: field.label.text for field in form} if form is not None else {}
    mine = error.mine or (form.shown_answers() if form is not None else {})
    keys = [key for key in mine if key in error.theirs] or list(error.theirs)
    rows = [(labels.get(k, k), t := error.theirs.get(k, ""), m := mine.get(k, ""), t == m) for k in keys]
    return {
        "rows": rows,
        "posted": [(key, value) for key, value in request.form.items(multi=True) if key != "version"],
        "their_version": getattr(error, "version", None),
        "both": any(key in error.theirs for key in mine),
    }


def register(app: Flask) -> None:
    """Answer every error of a view."""

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> Any:
        return answer(status_of(error), error.message, field=error.field, error=error, form=g.get("stale_form"))

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> Any:
        return answer(400, "表单已过期，已填内容都在浏览器里，请返回上一页刷新后再提交")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        return error if error.code and error.code < 400 else answer(error.code or 500)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return answer(500)
