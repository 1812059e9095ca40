"""Public notices: the table of duties, the notices and what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=True),
        sa.Column("least_days", sa.Integer(), nullable=True),
        sa.Column("carrier", sa.String(length=120), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_duty")),
        sa.UniqueConstraint("occasion", "level", name=op.f("uq_publication_duty_occasion_level")),
    )
    op.create_table(
        "public_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("implementing_unit", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("hotline", sa.String(length=60), nullable=False),
        sa.Column("has_objection", sa.Boolean(), nullable=True),
        sa.Column("objection_handling", sa.Text(), nullable=False),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("withdrawal_reason", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.CheckConstraint("last_on is null or first_on <= last_on", name=op.f("ck_public_notice_days")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_public_notice_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_public_notice_entered_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_public_notice_reviewed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_public_notice_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_public_notice_number")),
    )
    with op.batch_alter_table("public_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_notice_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_notice_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_notice_year"), ["year"], unique=False)

    op.create_table(
        "public_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["public_id"], ["public_notice.id"], name=op.f("fk_public_subject_public_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_subject")),
        sa.UniqueConstraint(
            "public_id", "table_name", "row_id", name=op.f("uq_public_subject_public_id_table_name_row_id")
        ),
    )
    with op.batch_alter_table("public_subject", schema=None) as batch_op:
        batch_op.create_index("ix_public_subject_of_row", ["table_name", "row_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_subject_public_id"), ["public_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("public_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_subject_public_id"))
        batch_op.drop_index("ix_public_subject_of_row")

    op.drop_table("public_subject")
    with op.batch_alter_table("public_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_notice_year"))
        batch_op.drop_index(batch_op.f("ix_public_notice_unit_id"))
        batch_op.drop_index(batch_op.f("ix_public_notice_state"))

    op.drop_table("public_notice")
    op.drop_table("publication_duty")
