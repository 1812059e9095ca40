"""Answers when something goes wrong: a page with a reference number, JSON for the API, nothing of the inside."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from werkzeug.exceptions import HTTPException

from fundsys.domain.errors import DomainError, NotAllowed, NotFound, Stale, Unavailable

log = logging.getLogger("fundsys")
WORDS = {
    400: "请求不完整，请返回上一页重新提交",
    401: "请先登录",
    403: "您的角色不能打开这一页",
    404: "没有这个内容，或者不在您的管理范围内",
    405: "不能这样打开这一页",
    409: "这条记录已被别人改过",
    413: "文件太大，请分开上传",
    422: "提交的内容不符合要求",
    429: "请求太频繁，请稍后再试",
    500: "系统出了问题，已记下，请稍后再试",
    503: "系统正忙，请稍后再试",
}


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal."""
    for kind, status in ((NotFound, 404), (NotAllowed, 403), (Stale, 409), (Unavailable, 503)):
        if isinstance(error, kind):
            return status
    return 422


def answer(status: int, message: str, **more: Any) -> tuple[Any, int]:
    """The error page, or JSON below /api/."""
    reference = secrets.token_hex(4)
    if status >= 500:
        log.error("reference %s: %s %s -> %s", reference, request.method, request.path, status, exc_info=status == 500)
    if request.path.startswith("/api/"):
        return jsonify({"error": {"message": message, "field": more.get("field"), "reference": reference}}), status
    try:
        page = render_template(f"errors/{status}.html", message=message, reference=reference, **more)
    except TemplateNotFound:
        page = render_template("errors/other.html", status=status, message=message, reference=reference, **more)
    return page, status


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
        if error.code and error.code < 400:
            return error
        return answer(error.code or 500, WORDS.get(error.code or 500, WORDS[400]))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        return answer(500, WORDS[500])
