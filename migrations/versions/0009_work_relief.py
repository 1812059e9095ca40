"""Work relief: plans with their posts, workers, monthly rosters with pay, training."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "relief_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("min_share_bp", sa.Integer(), nullable=False),
        sa.Column("base_kind", sa.String(length=16), nullable=False),
        sa.Column("base_amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("planned_pay_fen", sa.BigInteger(), nullable=False),
        sa.Column("planned_workers", sa.Integer(), nullable=False),
        sa.Column("public_posts", sa.Integer(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("base_amount_fen > 0 and planned_pay_fen >= 0", name=op.f("ck_relief_plan_amounts")),
        sa.CheckConstraint("min_share_bp between 1 and 10000", name=op.f("ck_relief_plan_share")),
        sa.CheckConstraint("planned_workers > 0 and public_posts >= 0", name=op.f("ck_relief_plan_numbers")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_relief_plan_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_relief_plan_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_relief_plan_project_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["relief_plan.id"], name=op.f("fk_relief_plan_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_relief_plan_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_plan")),
    )
    with op.batch_alter_table("relief_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relief_plan_project_id"), ["project_id"], unique=False)
    op.create_table(
        "relief_roster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("correction_reason", sa.String(length=200), nullable=False),
        sa.Column("attendance_place", sa.String(length=80), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("town_checked_by", sa.Integer(), nullable=True),
        sa.Column("town_checked_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_relief_roster_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_relief_roster_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_relief_roster_project_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["relief_roster.id"], name=op.f("fk_relief_roster_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_relief_roster_reviewed_by")),
        sa.ForeignKeyConstraint(["town_checked_by"], ["person.id"], name=op.f("fk_relief_roster_town_checked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_roster")),
    )
    with op.batch_alter_table("relief_roster", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relief_roster_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relief_roster_state"), ["state"], unique=False)
    op.create_table(
        "relief_training",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("attendances", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("withdrawal_reason", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("attendances > 0", name=op.f("ck_relief_training_attendances")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_relief_training_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_relief_training_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_training")),
    )
    with op.batch_alter_table("relief_training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relief_training_project_id"), ["project_id"], unique=False)
    op.create_table(
        "relief_worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("identity", sa.Integer(), nullable=False),
        sa.Column("bank", sa.Integer(), nullable=True),
        sa.Column("phone", sa.Integer(), nullable=True),
        sa.Column("card_doubt", sa.Boolean(), nullable=False),
        sa.Column("cash_approval", sa.String(length=60), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("household", sa.String(length=16), nullable=False),
        sa.Column("work_type", sa.String(length=40), nullable=False),
        sa.Column("agreement_no", sa.String(length=40), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_relief_worker_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_relief_worker_project_id")),
        sa.ForeignKeyConstraint(["village_id"], ["region.id"], name=op.f("fk_relief_worker_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_worker")),
        sa.UniqueConstraint("project_id", "identity", name=op.f("uq_relief_worker_project_id_identity")),
    )
    with op.batch_alter_table("relief_worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relief_worker_identity"), ["identity"], unique=False)
        batch_op.create_index(batch_op.f("ix_relief_worker_project_id"), ["project_id"], unique=False)
    op.create_table(
        "relief_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("attended", sa.String(length=32), nullable=True),
        sa.Column("days", sa.String(length=32), nullable=False),
        sa.Column("day_rate_fen", sa.BigInteger(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("deducted_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("voucher_no", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "due_fen >= 0 and deducted_fen >= 0 and paid_fen >= 0 and day_rate_fen > 0",
            name=op.f("ck_relief_line_amounts"),
        ),
        sa.CheckConstraint("paid_fen <= due_fen - deducted_fen", name=op.f("ck_relief_line_paid")),
        sa.ForeignKeyConstraint(["roster_id"], ["relief_roster.id"], name=op.f("fk_relief_line_roster_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["relief_worker.id"], name=op.f("fk_relief_line_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_line")),
        sa.UniqueConstraint("roster_id", "worker_id", name=op.f("uq_relief_line_roster_id_worker_id")),
    )
    with op.batch_alter_table("relief_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relief_line_roster_id"), ["roster_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relief_line_worker_id"), ["worker_id"], unique=False)
    op.create_table(
        "relief_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("work_type", sa.String(length=40), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("labor_days", sa.Integer(), nullable=False),
        sa.Column("day_rate_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("workers > 0 and labor_days > 0 and day_rate_fen > 0", name=op.f("ck_relief_post_numbers")),
        sa.ForeignKeyConstraint(["plan_id"], ["relief_plan.id"], name=op.f("fk_relief_post_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relief_post")),
    )
    with op.batch_alter_table("relief_post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relief_post_plan_id"), ["plan_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("relief_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relief_post_plan_id"))
    op.drop_table("relief_post")
    with op.batch_alter_table("relief_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relief_line_worker_id"))
        batch_op.drop_index(batch_op.f("ix_relief_line_roster_id"))
    op.drop_table("relief_line")
    with op.batch_alter_table("relief_worker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relief_worker_project_id"))
        batch_op.drop_index(batch_op.f("ix_relief_worker_identity"))
    op.drop_table("relief_worker")
    with op.batch_alter_table("relief_training", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relief_training_project_id"))
    op.drop_table("relief_training")
    with op.batch_alter_table("relief_roster", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relief_roster_state"))
        batch_op.drop_index(batch_op.f("ix_relief_roster_project_id"))
    op.drop_table("relief_roster")
    with op.batch_alter_table("relief_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relief_plan_project_id"))
    op.drop_table("relief_plan")
