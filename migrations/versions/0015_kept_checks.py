"""Kept runs of the rules with their faults, reviews of the negative list, steps of waivers, and what further rules look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("before_id", sa.Integer(), nullable=True),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("new_count", sa.Integer(), nullable=False),
        sa.Column("gone_count", sa.Integer(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.String(length=27), nullable=False),
        sa.Column("journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["before_id"], ["check_run.id"], name=op.f("fk_check_run_before_id")),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name=op.f("fk_check_run_kept_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_check_run_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_run")),
    )
    with op.batch_alter_table("check_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_run_before_id"), ["before_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_run_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_run_year"), ["year"], unique=False)

    op.create_table(
        "negative_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("hits", sa.String(length=200), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_negative_review_words")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_negative_review_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_negative_review")),
    )
    with op.batch_alter_table("negative_review", schema=None) as batch_op:
        batch_op.create_index("ix_negative_review_of", ["about", "row_id"], unique=False)

    op.create_table(
        "check_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("first_run_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_on", sa.Date(), nullable=False),
        sa.Column("gone_run_id", sa.Integer(), nullable=True),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.Column("rectification_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["first_run_id"], ["check_run.id"], name=op.f("fk_check_matter_first_run_id")),
        sa.ForeignKeyConstraint(["gone_run_id"], ["check_run.id"], name=op.f("fk_check_matter_gone_run_id")),
        sa.ForeignKeyConstraint(
            ["rectification_id"], ["rectification.id"], name=op.f("fk_check_matter_rectification_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_check_matter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_matter")),
    )
    with op.batch_alter_table("check_matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_matter_first_run_id"), ["first_run_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_matter_gone_run_id"), ["gone_run_id"], unique=False)
        batch_op.create_index("ix_check_matter_of", ["rule", "table_name", "row_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_matter_rectification_id"), ["rectification_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_matter_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "check_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("measured", sa.String(length=40), nullable=False),
        sa.Column("required", sa.String(length=40), nullable=False),
        sa.Column("numerator", sa.BigInteger(), nullable=True),
        sa.Column("denominator", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["check_run.id"], name=op.f("fk_check_result_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_result")),
    )
    with op.batch_alter_table("check_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_result_run_id"), ["run_id"], unique=False)

    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.add_column(sa.Column("encumbrance", sa.String(length=120), server_default="", nullable=False))

    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject", sa.String(length=16), server_default="works", nullable=False))

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capitals", sa.String(length=80), server_default="", nullable=False))

    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.add_column(sa.Column("exemption_no", sa.String(length=60), server_default="", nullable=False))

    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(length=16), server_default="submitted", nullable=False))
        batch_op.add_column(sa.Column("proposed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("decided_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("return_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_waiver_unit_id"), ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_waiver_unit_id"), "unit", ["unit_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_waiver_unit_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_waiver_unit_id"))
        batch_op.drop_column("return_reason")
        batch_op.drop_column("decided_on")
        batch_op.drop_column("proposed_on")
        batch_op.drop_column("state")
        batch_op.drop_column("unit_id")
        batch_op.drop_column("label")

    with op.batch_alter_table("tender", schema=None) as batch_op:
        batch_op.drop_column("exemption_no")

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_column("capitals")

    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_column("subject")

    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_column("encumbrance")

    with op.batch_alter_table("check_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_result_run_id"))

    op.drop_table("check_result")
    with op.batch_alter_table("check_matter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_matter_unit_id"))
        batch_op.drop_index(batch_op.f("ix_check_matter_rectification_id"))
        batch_op.drop_index("ix_check_matter_of")
        batch_op.drop_index(batch_op.f("ix_check_matter_gone_run_id"))
        batch_op.drop_index(batch_op.f("ix_check_matter_first_run_id"))

    op.drop_table("check_matter")
    with op.batch_alter_table("negative_review", schema=None) as batch_op:
        batch_op.drop_index("ix_negative_review_of")

    op.drop_table("negative_review")
    with op.batch_alter_table("check_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_run_year"))
        batch_op.drop_index(batch_op.f("ix_check_run_unit_id"))
        batch_op.drop_index(batch_op.f("ix_check_run_before_id"))

    op.drop_table("check_run")
