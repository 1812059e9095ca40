"""Construction: tenders, extensions of time, acceptances, settlements; problems and place of a progress report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SECOND = "decided_by is null or proposed_by is null or decided_by <> proposed_by"


def upgrade() -> None:
    for column in (
        sa.Column("problem", sa.String(length=200), server_default="", nullable=False),
        sa.Column("measure", sa.String(length=200), server_default="", nullable=False),
        sa.Column("latitude", sa.String(length=32), nullable=True),
        sa.Column("longitude", sa.String(length=32), nullable=True),
    ):
        op.add_column("progress_report", column)
    _tender()
    _paper(
        "extension",
        sa.Column("old_start_on", sa.Date(), nullable=True),
        sa.Column("new_start_on", sa.Date(), nullable=True),
        sa.Column("old_end_on", sa.Date(), nullable=False),
        sa.Column("new_end_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_no", sa.String(length=60), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.CheckConstraint("new_end_on > old_end_on", name=op.f("ck_extension_later")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_extension_reason")),
        sa.CheckConstraint("state <> 'approved' or document_no <> ''", name=op.f("ck_extension_document")),
    )
    _paper(
        "acceptance",
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("members", sa.String(length=200), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("remedy_due_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.CheckConstraint("opinion <> ''", name=op.f("ck_acceptance_opinion")),
        sa.CheckConstraint("passed or remedy <> ''", name=op.f("ck_acceptance_remedy")),
    )
    _paper(
        "settlement",
        sa.Column("review", sa.String(length=16), nullable=False),
        sa.Column("asked_amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.String(length=80), nullable=False),
        sa.Column("report_no", sa.String(length=60), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.CheckConstraint("amount_fen > 0 and amount_fen <= asked_amount_fen", name=op.f("ck_settlement_amount")),
    )


def downgrade() -> None:
    for table in ("settlement", "acceptance", "extension", "tender"):
        op.drop_table(table)
    with op.batch_alter_table("progress_report") as batch:
        for column in ("longitude", "latitude", "measure", "problem"):
            batch.drop_column(column)


def _tender() -> None:
    op.create_table(
        "tender",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("winner", sa.String(length=80), nullable=False),
        sa.Column("control_price_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_tender_amount")),
        sa.CheckConstraint("announced_on is null or announced_on <= decided_on", name=op.f("ck_tender_days")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_tender_project_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_tender_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
    )
    op.create_index(op.f("ix_tender_project_id"), "tender", ["project_id"])


def _paper(table: str, *told: sa.schema.SchemaItem) -> None:
    """A table of papers that one person proposes and another decides."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        *told,
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(_SECOND, name=op.f(f"ck_{table}_second_person")),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in (("project_id", "project"), ("proposed_by", "person"), ("decided_by", "person"))
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_project_id"), table, ["project_id"])
    op.create_index(op.f(f"ix_{table}_state"), table, ["state"])
