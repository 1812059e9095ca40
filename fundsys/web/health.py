"""The state of the system, for its administrators."""

from __future__ import annotations

from flask import Blueprint, render_template

from fundsys.domain.record_words import table_name
from fundsys.domain.rights import Permission
from fundsys.extensions import db
from fundsys.queries import health as queries
from fundsys.web.access import allow

bp = Blueprint("health", __name__, url_prefix="/health")


@bp.route("/")
@allow(Permission.CONFIGURE, Permission.READ_CONFIGURATION)
def index() -> str:
    """Database, journal, machine and versions."""
    found = queries.health(db.session())
    groups = (
        ("数据库", found.database),
        ("办理日志", found.journal),
        ("本机", found.machine),
        ("程序", found.programs),
    )
    return render_template(
        "health/index.html",
        groups=groups,
        tables=[(table_name(name), count) for name, count in found.tables],
        jobs_waiting=found.jobs_waiting,
        wrong=[fact for _, facts in groups for fact in facts if fact.tone],
    )
