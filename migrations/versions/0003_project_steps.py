"""Every step of a project from stage to stage, and the papers of its dossier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("from_status", sa.String(length=16), nullable=True),
        sa.Column("to_status", sa.String(length=16), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_step_project_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_project_step_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_step")),
    )
    op.create_index(op.f("ix_project_step_project_id"), "project_step", ["project_id"])
    op.create_table(
        "project_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("stage_paper", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("promise_reason", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("pages is null or pages > 0", name=op.f("ck_project_paper_pages")),
        sa.CheckConstraint("promised_on is null or promise_reason <> ''", name=op.f("ck_project_paper_promise")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_project_paper_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_paper_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_paper")),
    )
    op.create_index(op.f("ix_project_paper_project_id"), "project_paper", ["project_id"])


def downgrade() -> None:
    op.drop_table("project_paper")
    op.drop_table("project_step")
