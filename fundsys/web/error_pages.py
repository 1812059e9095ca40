"""What people read when something cannot be done: one page per kind, with a number the log knows. Fails closed."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Stale, Unavailable

from .filters import instant

log = logging.getLogger("fundsys.web")
Answer = tuple[str, int] | Response

PAGES: dict[int, tuple[str, str, tuple[str, ...]]] = {
    400: (
        "这次提交没有收下",
        "页面打开太久，或内容不全。",
        ("请返回上一页，刷新后再提交；已填内容仍在上一页和本机里。",),
    ),
    403: ("不能办理", "您的角色或单位不能办这件事。", ("确需办理，请找本单位系统管理员核对权限。",)),
    404: ("没有这个页面", "地址不对，或这条记录不在您的范围内。", ("请从侧栏或顶栏查找重新进入。",)),
    405: ("不能这样打开", "这个地址只收表单，不能直接打开。", ("请从侧栏重新进入。",)),
    413: ("文件太大", "上传的文件超过上限。", ("请把照片或工作簿分几次上传。",)),
    422: ("不能保存", "内容不符合规定。", ("请返回上一页改正，已填内容都在。",)),
    429: ("操作太频繁", "短时间内请求太多，已暂停接收。", ("请等一分钟再试。",)),
    500: (
        "没有办成",
        "系统出了差错，这一步没有存下。",
        ("已填内容仍在上一页；请稍后再试，仍不成时把编号告诉系统管理员。",),
    ),
    503: ("系统正忙", "现在办不了这件事，没有存下任何内容。", ("请过一会儿再试，已填内容仍在上一页。",)),
}

# When even the frame of the page cannot be made (no database, broken template).
BARE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{heading}</title></head>'
    "<body><h1>{heading}</h1><p>{sentence}</p><p>编号 {reference}</p></body></html>"
)


def reference_number() -> str:
    """A short number for the page and the log: day and six letters that are not easily misread."""
    letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    return f"{datetime.now(UTC):%m%d}-{''.join(secrets.choice(letters) for _ in range(6))}"


def error_page(status: int, sentence: str = "") -> tuple[str, int]:
    """The page of a status; `sentence` says more precisely what is wrong."""
    heading, usual, advice = PAGES.get(status, PAGES[500])
    reference = reference_number()
    log.warning("page %s %s %s ref=%s", status, request.method, request.path, reference)
    words: dict[str, Any] = {
        "heading": heading,
        "sentence": sentence or usual,
        "advice": advice,
        "reference": reference,
    }
    words["at"] = instant(datetime.now(UTC))
    template = f"errors/{status}.html" if status in PAGES and status != 405 else "errors/page.html"
    try:
        return render_template(template, **words), status
    except Exception:
        log.exception("the error page itself could not be made ref=%s", reference)
        return BARE.format(heading=heading, sentence=escape(words["sentence"]), reference=reference), status


def conflict_page(error: Stale) -> tuple[str, int]:
    """Both texts of a record that two people saved, and the choice between them."""
    form = g.get("stale_form")
    labels = {f.name: f.label.text for f in form} if form is not None else {}
    mine = {**(form.shown_answers() if form is not None else {}), **error.mine}
    keys = [key for key in mine if key in error.theirs] or list(error.theirs)
    rows = [
        (
            labels.get(key, key),
            error.theirs.get(key, ""),
            mine.get(key, ""),
            error.theirs.get(key, "") == mine.get(key, ""),
        )
        for key in keys
    ]
    posted = [(key, value) for key, value in request.form.items(multi=True) if key != "version"]
    page = render_template(
        "errors/409.html",
        sentence=error.message,
        rows=rows,
        posted=posted,
        their_version=getattr(error, "version", None),
    )
    return page, 409


def _status_of(error: DomainError) -> int:
    for kind, status in ((NotAllowed, 403), (NotFound, 404), (Unavailable, 503)):
        if isinstance(error, kind):
            return status
    return 422


def _wants_json() -> bool:
    return request.path.startswith("/api/")


def _http(error: HTTPException) -> Answer:
    if (error.code or 500) < 400 or _wants_json():
        return error.get_response()
    status = error.code or 500
    page, _ = error_page(status if status in PAGES else (400 if status < 500 else 500))
    return page, status


def _refusal(error: DomainError) -> Answer:
    return conflict_page(error) if isinstance(error, Stale) else error_page(_status_of(error), error.message)


def _csrf(error: CSRFError) -> Answer:
    return error_page(400)


def _crash(error: Exception) -> Answer:
    log.exception("unexpected error at %s %s", request.method, request.path)
    return error_page(500)


def register(app: Flask) -> None:
    """Answer every refusal and every crash with a page of ours; crashes are logged with their trace."""
    handlers: tuple[tuple[type[Exception], Callable[[Any], Answer]], ...] = (
        (CSRFError, _csrf),
        (DomainError, _refusal),
        (HTTPException, _http),
        (Exception, _crash),
    )
    for kind, handler in handlers:
        app.register_error_handler(kind, handler)
