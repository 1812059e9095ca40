"""Papers about assets: formation, valuation, title and handover, disposal, movements of book value, numbers given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("begin", sa.String(length=40), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_number")),
        sa.UniqueConstraint("begin", name=op.f("uq_asset_number_begin")),
    )
    op.create_table(
        "asset_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state not in ('approved','reversed') or number is not null", name=op.f("ck_asset_matter_number")
        ),
        sa.CheckConstraint("project_id is not null or asset_id is not null", name=op.f("ck_asset_matter_about")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_asset_matter_two_persons"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_matter_asset_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_asset_matter_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_asset_matter_project_id")),
        sa.ForeignKeyConstraint(["public_id"], ["public_notice.id"], name=op.f("fk_asset_matter_public_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["asset_matter.id"], name=op.f("fk_asset_matter_reverses_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_asset_matter_reviewed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_asset_matter_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_matter")),
        sa.UniqueConstraint("number", name=op.f("uq_asset_matter_number")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_asset_matter_reverses_id")),
    )
    with op.batch_alter_table("asset_matter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_matter_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_matter_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_matter_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_matter_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_matter_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "asset_title",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("certificate_no", sa.String(length=60), nullable=False),
        sa.Column("handover_no", sa.String(length=24), nullable=True),
        sa.Column("giver", sa.String(length=80), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("overseer", sa.String(length=80), nullable=False),
        sa.Column("signers", sa.String(length=120), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("condition_words", sa.String(length=200), nullable=False),
        sa.Column("papers_words", sa.String(length=200), nullable=False),
        sa.Column("care_words", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends_on is null or begins_on < ends_on", name=op.f("ck_asset_title_days")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_title_asset_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_asset_title_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_title")),
        sa.UniqueConstraint("handover_no", name=op.f("uq_asset_title_handover_no")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_asset_title_matter_id")),
    )
    with op.batch_alter_table("asset_title", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_title_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("appraised_fen", sa.BigInteger(), nullable=True),
        sa.Column("appraiser", sa.String(length=80), nullable=False),
        sa.Column("meeting", sa.String(length=200), nullable=False),
        sa.Column("owner_opinion", sa.String(length=200), nullable=False),
        sa.Column("town_opinion", sa.String(length=200), nullable=False),
        sa.Column("bureau_opinion", sa.String(length=200), nullable=False),
        sa.Column("county_opinion", sa.String(length=200), nullable=False),
        sa.Column("proceeds_fen", sa.BigInteger(), nullable=True),
        sa.Column("proceeds_on", sa.Date(), nullable=True),
        sa.Column("proceeds_use", sa.String(length=200), nullable=False),
        sa.Column("was_status", sa.String(length=16), nullable=False),
        sa.CheckConstraint("proceeds_fen is null or proceeds_fen >= 0", name=op.f("ck_disposal_proceeds")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_disposal_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_disposal_matter_id")),
    )
    op.create_table(
        "matter_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("expense", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("asset_class", sa.String(length=16), nullable=True),
        sa.Column("form", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=True),
        sa.Column("quantity_unit", sa.String(length=12), nullable=False),
        sa.Column("location", sa.String(length=120), nullable=False),
        sa.Column("owner_name", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_matter_line_amount")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_matter_line_asset_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_matter_line_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_line")),
        sa.UniqueConstraint("matter_id", "position", name=op.f("uq_matter_line_matter_id_position")),
    )
    with op.batch_alter_table("matter_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_line_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_matter_line_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "matter_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_matter_source_amount")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_matter_source_matter_id")),
        sa.ForeignKeyConstraint(["source_id"], ["fund_source.id"], name=op.f("fk_matter_source_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_source")),
        sa.UniqueConstraint("matter_id", "source_id", name=op.f("uq_matter_source_matter_id_source_id")),
    )
    with op.batch_alter_table("matter_source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_source_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "valuation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("appraiser", sa.String(length=80), nullable=False),
        sa.Column("adjusts", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_valuation_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_valuation")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_valuation_matter_id")),
    )
    op.create_table(
        "value_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_value_entry_asset_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_value_entry_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_entry")),
    )
    with op.batch_alter_table("value_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_value_entry_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_value_entry_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index("ix_value_entry_of_asset", ["asset_id", "happened_on"], unique=False)

    op.create_table(
        "line_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["matter_line.id"], name=op.f("fk_line_part_line_id")),
        sa.ForeignKeyConstraint(["source_id"], ["fund_source.id"], name=op.f("fk_line_part_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_part")),
        sa.UniqueConstraint("line_id", "source_id", name=op.f("uq_line_part_line_id_source_id")),
    )
    with op.batch_alter_table("line_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_part_line_id"), ["line_id"], unique=False)

    op.create_table(
        "title_holder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.Integer(), nullable=False),
        sa.Column("title_right", sa.String(length=16), nullable=False),
        sa.Column("owner_type", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.CheckConstraint("part > 0 and part <= whole", name=op.f("ck_title_holder_share")),
        sa.ForeignKeyConstraint(["title_id"], ["asset_title.id"], name=op.f("fk_title_holder_title_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_holder")),
    )
    with op.batch_alter_table("title_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_title_holder_title_id"), ["title_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("title_holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_title_holder_title_id"))

    op.drop_table("title_holder")
    with op.batch_alter_table("line_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_part_line_id"))

    op.drop_table("line_part")
    with op.batch_alter_table("value_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_value_entry_of_asset")
        batch_op.drop_index(batch_op.f("ix_value_entry_matter_id"))
        batch_op.drop_index(batch_op.f("ix_value_entry_asset_id"))

    op.drop_table("value_entry")
    op.drop_table("valuation")
    with op.batch_alter_table("matter_source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_source_matter_id"))

    op.drop_table("matter_source")
    with op.batch_alter_table("matter_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matter_line_matter_id"))
        batch_op.drop_index(batch_op.f("ix_matter_line_asset_id"))

    op.drop_table("matter_line")
    op.drop_table("disposal")
    with op.batch_alter_table("asset_title", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_title_asset_id"))

    op.drop_table("asset_title")
    with op.batch_alter_table("asset_matter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_matter_unit_id"))
        batch_op.drop_index(batch_op.f("ix_asset_matter_state"))
        batch_op.drop_index(batch_op.f("ix_asset_matter_project_id"))
        batch_op.drop_index(batch_op.f("ix_asset_matter_kind"))
        batch_op.drop_index(batch_op.f("ix_asset_matter_asset_id"))

    op.drop_table("asset_matter")
    op.drop_table("asset_number")
