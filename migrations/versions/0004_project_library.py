"""The project library: its papers, the proposals for the yearly plan, targets, changes, and tags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("library", sa.String(length=20), server_default="LK01", nullable=False),
        sa.Column("tags", sa.String(length=200), server_default="", nullable=False),
        sa.Column("capacity", sa.String(length=32), nullable=True),
        sa.Column("capacity_unit", sa.String(length=12), server_default="", nullable=False),
        sa.Column("relocation_site", sa.String(length=60), server_default="", nullable=False),
    ):
        op.add_column("project", column)
    op.create_table(
        "library_entry",
        *_key(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_opinion", sa.String(length=400), nullable=False),
        sa.Column("appraised_by", sa.Integer(), nullable=True),
        sa.Column("appraised_on", sa.Date(), nullable=True),
        sa.Column("appraisal", sa.String(length=400), nullable=False),
        sa.Column("notice_from", sa.Date(), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("admission_no", sa.String(length=60), nullable=False),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("returned_by", sa.Integer(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("roll_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("notice_until is null or notice_from <= notice_until", name=op.f("ck_library_entry_notice")),
        sa.CheckConstraint("state <> 'returned' or return_reason <> ''", name=op.f("ck_library_entry_returned")),
        *_links("library_entry", project_id="project", **_people("submitted", "reviewed", "appraised", "returned")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_entry")),
        sa.UniqueConstraint("project_id", name=op.f("uq_library_entry_project_id")),
    )
    op.create_index(op.f("ix_library_entry_state"), "library_entry", ["state"])
    op.create_table(
        "plan_proposal",
        *_key(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("planned_fiscal_fen", sa.BigInteger(), nullable=False),
        sa.Column("planned_other_fen", sa.BigInteger(), nullable=False),
        sa.Column("plan_start_on", sa.Date(), nullable=False),
        sa.Column("plan_end_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        *_decision(),
        sa.CheckConstraint("planned_fiscal_fen > 0 and planned_other_fen >= 0", name=op.f("ck_plan_proposal_amounts")),
        sa.CheckConstraint("plan_start_on <= plan_end_on", name=op.f("ck_plan_proposal_days")),
        *_decided("plan_proposal"),
    )
    op.create_table(
        "performance_target",
        *_key(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("unit", sa.String(length=12), nullable=False),
        *_links("performance_target", project_id="project"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_performance_target")),
    )
    op.create_table(
        "project_change",
        *_key(),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_no", sa.String(length=60), nullable=False),
        *_decision(),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_project_change_reason")),
        *_decided("project_change"),
    )
    op.create_table(
        "project_change_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        *_links("project_change_item", change_id="project_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_change_item")),
    )
    for table in ("plan_proposal", "project_change"):
        op.create_index(op.f(f"ix_{table}_state"), table, ["state"])
    for table in ("plan_proposal", "performance_target", "project_change"):
        op.create_index(op.f(f"ix_{table}_project_id"), table, ["project_id"])
    op.create_index(op.f("ix_project_change_item_change_id"), "project_change_item", ["change_id"])


def downgrade() -> None:
    for table in ("project_change_item", "project_change", "performance_target", "plan_proposal", "library_entry"):
        op.drop_table(table)
    with op.batch_alter_table("project") as batch:
        for column in ("relocation_site", "capacity_unit", "capacity", "tags", "library"):
            batch.drop_column(column)


def _key() -> tuple[sa.Column[int], ...]:
    """The key and the version of a record people edit."""
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
    )


def _decision() -> tuple[sa.Column[object], ...]:
    """What a paper says of who proposed it and who decided."""
    return (
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
    )


def _decided(table: str) -> tuple[sa.schema.Constraint, ...]:
    """What holds of every decided paper."""
    second = "decided_by is null or proposed_by is null or decided_by <> proposed_by"
    return (
        sa.CheckConstraint("state <> 'approved' or document_no <> ''", name=op.f(f"ck_{table}_document")),
        sa.CheckConstraint(second, name=op.f(f"ck_{table}_second_person")),
        *_links(table, project_id="project", **_people("proposed", "decided")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _people(*acts: str) -> dict[str, str]:
    return {f"{one}_by": "person" for one in acts}


def _links(table: str, **to: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, other in to.items()
    )
