"""Imports that can be taken back, the codes they spent, and tables as other systems want them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("import_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reversed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reversed_at", sa.String(length=27), nullable=True))
        batch_op.add_column(sa.Column("reversal_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_import_record_reversed_by"), "person", ["reversed_by"], ["id"])
        batch_op.create_index(batch_op.f("ix_import_record_reversed_by"), ["reversed_by"], unique=False)

    op.create_table(
        "spent_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("begin", sa.String(length=60), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_code")),
        sa.UniqueConstraint("table_name", "begin", name=op.f("uq_spent_code_table_name_begin")),
    )
    op.create_table(
        "export_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_layout")),
        sa.UniqueConstraint("code", name=op.f("uq_export_layout_code")),
    )


def downgrade() -> None:
    op.drop_table("export_layout")
    op.drop_table("spent_code")
    with op.batch_alter_table("import_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_import_record_reversed_by"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_import_record_reversed_by"))
        batch_op.drop_column("reversal_reason")
        batch_op.drop_column("reversed_at")
        batch_op.drop_column("reversed_by")
