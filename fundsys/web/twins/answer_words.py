"""What every request may be answered, written once for the OpenAPI document."""

from __future__ import annotations

from typing import Any

ABOUT = (
    "系统每一页都可以用 JSON 读取和办理：在页面地址前加 /api/v1。权限、规则和错误与网页相同。"
    "用接口凭证：Authorization: Bearer 凭证；用网页登录的会话办理时，另带 X-CSRFToken。"
    "金额是整数分，键以 _fen 结尾；办理时填的金额与网页相同，按栏目的单位写。"
    "同一 request_id 再来，只办一件。列表用 page 翻页。"
)
NO_BODIES = frozenset({"OutSchema", "ListSchema", "ActSchema"})
"""Schemas of answers and addresses."""

_ERROR_ITEM = {
    "type": "object",
    "properties": {"field": {"type": "string", "nullable": True}, "message": {"type": "string"}},
    "required": ["field", "message"],
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "Told": {
        "type": "object",
        "properties": {"data": {"type": "object"}, "said": {"type": "array", "items": {"type": "string"}}},
        "required": ["data", "said"],
    },
    "Done": {
        "type": "object",
        "properties": {
            "done": {"type": "boolean"},
            "at": {"type": "string"},
            "id": {"type": "integer", "nullable": True},
            "said": {"type": "array", "items": {"type": "string"}},
            "repeated": {"type": "boolean"},
        },
        "required": ["done", "at", "id", "said", "repeated"],
    },
    "Moved": {"type": "object", "properties": {"at": {"type": "string"}}, "required": ["at"]},
    "Refused": {
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "field": {"type": "string", "nullable": True},
                    "errors": {"type": "array", "items": _ERROR_ITEM},
                    "clause": {"type": "string", "nullable": True},
                    "reference": {"type": "string", "minLength": 1},
                    "theirs": {"type": "object"},
                    "mine": {"type": "object"},
                    "version": {"type": "integer", "nullable": True},
                },
                "required": ["message", "field", "reference"],
            }
        },
        "required": ["error"],
    },
}


def _one(schema: str, words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


_REFUSALS = {
    "400": "请求读不懂，或缺 CSRF 标记",
    "401": "没有登录，凭证不对、到期或已失效",
    "403": "权限不够",
    "404": "没有这个内容，或不在管理范围内",
    "409": "记录已被别人改过，附两份内容",
    "413": "内容太大",
    "422": "不符合规定，逐项说明",
    "429": "请求太频繁，Retry-After 是要等的秒数",
    "503": "系统正忙，没有存下任何内容",
}
ANSWERS: dict[str, dict[str, Any]] = {status: _one("Refused", words) for status, words in _REFUSALS.items()}
FILE = {"schema": {"type": "string", "format": "binary"}}
FILES = (
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "image/*",
    "text/csv",
    "text/plain",
)
"""What a page may hand out beside words: papers, workbooks, pictures, lists."""


def responses(reading: bool, own_json: bool) -> dict[str, Any]:
    """What a request may be answered. own_json: where a view writes its JSON itself."""
    kinds = ["Told"] if reading else ["Done", "Told"]
    body = {} if own_json else {"anyOf": [{"$ref": f"#/components/schemas/{kind}"} for kind in kinds]}
    content: dict[str, Any] = {"application/json": {"schema": body}} | dict.fromkeys(FILES, FILE)
    good: dict[str, Any] = {"200": {"description": "内容，或办理的结果；文件照原样", "content": content}}
    if reading:
        good["302"] = _one("Moved", "内容在另一个地址")
    return good | {status: {"$ref": f"#/components/responses/{status}"} for status in _REFUSALS}
