"""Stocktakes with their frozen frames and counts, an inspector's samples, and the scope of an inspector's account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("seed", sa.String(length=60), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("register_on", sa.Date(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("towns", sa.String(length=200), nullable=False),
        sa.Column("classes", sa.String(length=200), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("value_from_fen", sa.BigInteger(), nullable=False),
        sa.Column("frame_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frame_count", sa.Integer(), nullable=False),
        sa.Column("frame_digest", sa.String(length=64), nullable=False),
        sa.Column("ticket_count", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.Integer(), nullable=True),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.CheckConstraint("size between 1 and frame_count", name=op.f("ck_sample_size")),
        sa.ForeignKeyConstraint(["drawn_by"], ["person.id"], name=op.f("fk_sample_drawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("number", name=op.f("uq_sample_number")),
    )
    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sample_drawn_by"), ["drawn_by"], unique=False)

    op.create_table(
        "stocktake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("register_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("towns", sa.String(length=200), nullable=False),
        sa.Column("classes", sa.String(length=200), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("frame_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("frame_count", sa.Integer(), nullable=False),
        sa.Column("frame_digest", sa.String(length=64), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("close_words", sa.String(length=400), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_on is not null)", name=op.f("ck_stocktake_closed")),
        sa.CheckConstraint("frame_count > 0", name=op.f("ck_stocktake_frame")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_stocktake_closed_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_stocktake_opened_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_stocktake_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("number", name=op.f("uq_stocktake_number")),
    )
    with op.batch_alter_table("stocktake", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stocktake_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_stocktake_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "count_surplus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("village_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("location", sa.String(length=120), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("quantity_unit", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("counter", sa.String(length=40), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_count_surplus_entered_by")),
        sa.ForeignKeyConstraint(["replaces_id"], ["count_surplus.id"], name=op.f("fk_count_surplus_replaces_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_count_surplus_stocktake_id")),
        sa.ForeignKeyConstraint(["village_id"], ["region.id"], name=op.f("fk_count_surplus_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_surplus")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_count_surplus_replaces_id")),
    )
    with op.batch_alter_table("count_surplus", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_surplus_stocktake_id"), ["stocktake_id"], unique=False)

    op.create_table(
        "sample_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("winning", sa.Integer(), nullable=False),
        sa.Column("score", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sample_item_sample_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_item")),
        sa.UniqueConstraint("sample_id", "position", name=op.f("uq_sample_item_sample_id_position")),
        sa.UniqueConstraint("sample_id", "subject_id", name=op.f("uq_sample_item_sample_id_subject_id")),
    )
    op.create_table(
        "sample_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("looked_by", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome = 'fits' or words <> ''", name=op.f("ck_sample_look_words")),
        sa.ForeignKeyConstraint(["finding_id"], ["rectification.id"], name=op.f("fk_sample_look_finding_id")),
        sa.ForeignKeyConstraint(["item_id"], ["sample_item.id"], name=op.f("fk_sample_look_item_id")),
        sa.ForeignKeyConstraint(["looked_by"], ["person.id"], name=op.f("fk_sample_look_looked_by")),
        sa.ForeignKeyConstraint(["replaces_id"], ["sample_look.id"], name=op.f("fk_sample_look_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_look")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_sample_look_finding_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_sample_look_replaces_id")),
    )
    with op.batch_alter_table("sample_look", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sample_look_item_id"), ["item_id"], unique=False)

    op.create_table(
        "stocktake_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stocktake_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row_code", sa.String(length=12), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("asset_code", sa.String(length=40), nullable=False),
        sa.Column("asset_name", sa.String(length=120), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=True),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=120), nullable=False),
        sa.Column("book_quantity", sa.String(length=32), nullable=False),
        sa.Column("quantity_unit", sa.String(length=12), nullable=False),
        sa.Column("original_cost_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stocktake_line_asset_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["check_sheet.id"], name=op.f("fk_stocktake_line_sheet_id")),
        sa.ForeignKeyConstraint(["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_line_stocktake_id")),
        sa.ForeignKeyConstraint(["town_id"], ["region.id"], name=op.f("fk_stocktake_line_town_id")),
        sa.ForeignKeyConstraint(["village_id"], ["region.id"], name=op.f("fk_stocktake_line_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_line")),
        sa.UniqueConstraint("row_code", name=op.f("uq_stocktake_line_row_code")),
        sa.UniqueConstraint("sheet_id", "position", name=op.f("uq_stocktake_line_sheet_id_position")),
        sa.UniqueConstraint("stocktake_id", "asset_id", name=op.f("uq_stocktake_line_stocktake_id_asset_id")),
    )
    with op.batch_alter_table("stocktake_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stocktake_line_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stocktake_line_stocktake_id"), ["stocktake_id"], unique=False)

    op.create_table(
        "count_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=True),
        sa.Column("condition", sa.String(length=16), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=True),
        sa.Column("place_fits", sa.Boolean(), nullable=True),
        sa.Column("label_there", sa.Boolean(), nullable=True),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("counter", sa.String(length=40), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(result = 'uncounted') = (quantity is null)", name=op.f("ck_count_entry_quantity")),
        sa.CheckConstraint("result = 'match' or words <> ''", name=op.f("ck_count_entry_words")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_count_entry_entered_by")),
        sa.ForeignKeyConstraint(["line_id"], ["stocktake_line.id"], name=op.f("fk_count_entry_line_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["count_entry.id"], name=op.f("fk_count_entry_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_entry")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_count_entry_replaces_id")),
    )
    with op.batch_alter_table("count_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_entry_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_count_entry_result"), ["result"], unique=False)
        batch_op.create_index(
            "uq_count_entry_first",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("replaces_id is null"),
            postgresql_where=sa.text("replaces_id is null"),
        )

    op.create_table(
        "count_treatment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("surplus_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("done_words", sa.String(length=200), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(entry_id is null) <> (surplus_id is null)", name=op.f("ck_count_treatment_one_difference")
        ),
        sa.CheckConstraint(
            "decided_by is null or proposed_by is null or decided_by <> proposed_by",
            name=op.f("ck_count_treatment_two_persons"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_count_treatment_decided_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["count_entry.id"], name=op.f("fk_count_treatment_entry_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_count_treatment_matter_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_count_treatment_proposed_by")),
        sa.ForeignKeyConstraint(["surplus_id"], ["count_surplus.id"], name=op.f("fk_count_treatment_surplus_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_treatment")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_count_treatment_entry_id")),
        sa.UniqueConstraint("surplus_id", name=op.f("uq_count_treatment_surplus_id")),
    )
    with op.batch_alter_table("count_treatment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_count_treatment_state"), ["state"], unique=False)

    with op.batch_alter_table("check_sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stocktake_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_check_sheet_stocktake_id"), ["stocktake_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_check_sheet_stocktake_id"), "stocktake", ["stocktake_id"], ["id"])

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope_towns", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("scope_units", sa.String(length=200), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("scope_units")
        batch_op.drop_column("scope_towns")

    with op.batch_alter_table("check_sheet", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_check_sheet_stocktake_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_check_sheet_stocktake_id"))
        batch_op.drop_column("stocktake_id")

    with op.batch_alter_table("count_treatment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_count_treatment_state"))

    op.drop_table("count_treatment")
    with op.batch_alter_table("count_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_count_entry_first",
            sqlite_where=sa.text("replaces_id is null"),
            postgresql_where=sa.text("replaces_id is null"),
        )
        batch_op.drop_index(batch_op.f("ix_count_entry_result"))
        batch_op.drop_index(batch_op.f("ix_count_entry_line_id"))

    op.drop_table("count_entry")
    with op.batch_alter_table("stocktake_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stocktake_line_stocktake_id"))
        batch_op.drop_index(batch_op.f("ix_stocktake_line_asset_id"))

    op.drop_table("stocktake_line")
    with op.batch_alter_table("sample_look", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sample_look_item_id"))

    op.drop_table("sample_look")
    op.drop_table("sample_item")
    with op.batch_alter_table("count_surplus", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_count_surplus_stocktake_id"))

    op.drop_table("count_surplus")
    with op.batch_alter_table("stocktake", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stocktake_unit_id"))
        batch_op.drop_index(batch_op.f("ix_stocktake_state"))

    op.drop_table("stocktake")
    with op.batch_alter_table("sample", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sample_drawn_by"))

    op.drop_table("sample")
