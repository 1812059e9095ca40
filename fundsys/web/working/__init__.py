"""Working together: notices to people, what one handed over for decision, deciding several, hand-overs, forms being typed."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("working", __name__)

from . import batches, drafts, handing, messages, mine  # noqa: E402, F401  (views hang themselves on bp)
