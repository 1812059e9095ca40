"""The published list of prints as one page that works without a network: list, program and looks in a single file."""

from __future__ import annotations

from html import escape
from pathlib import Path

from fundsys.domain.proof_list import ProofList, read

_HERE = Path(__file__).parent


def page(text: str) -> str:
    """The page of a list. Raises DomainError when the list is not whole."""
    published: ProofList = read(text)
    style, script = ((_HERE / f"offline.{kind}").read_text("utf-8") for kind in ("css", "js"))
    title = f"{published.county}打印件离线核验"
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>照着纸面页脚抄打印号和核验码，不用联网。清单做于 {escape(published.made_at)}，共 {len(published.entries)} 份；此后印的不在其中。"
        f"这里只能核对印出时的数字；印出以后记录有没有变动，要联网扫纸上的二维码。</p>"
        f'<form id="ask"><label>打印号（如 LG05-2026-000001）<input name="number" required autocomplete="off"></label>'
        f'<label>核验码（十二位）<input name="code" required autocomplete="off"></label><button>核对</button></form>'
        f'<section id="answer" aria-live="polite" hidden></section>'
        f'<p class="soft" id="whole"></p><p class="soft">办理日志：{escape(published.head)}</p>'
        f'<script type="text/plain" id="list">{escape(text)}</script><script>{script}</script></body></html>\n'
    )
