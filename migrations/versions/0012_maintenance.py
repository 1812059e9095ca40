"""Maintenance under 1+12: dated schemes, keepers by time, defects, and the paper sheets of patrols."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_check_sheet_made_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_check_sheet_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_check_sheet_number")),
        sa.UniqueConstraint("serial", name=op.f("uq_check_sheet_serial")),
    )
    with op.batch_alter_table("check_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_sheet_unit_id"), ["unit_id"], unique=False)
    op.create_table(
        "maintenance_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("keeper_post", sa.String(length=40), nullable=False),
        sa.Column("money_source", sa.String(length=120), nullable=False),
        sa.Column("patrol_every", sa.Integer(), nullable=True),
        sa.Column("patrol_unit", sa.String(length=16), nullable=False),
        sa.Column("after_event", sa.String(length=80), nullable=False),
        sa.Column("after_hours", sa.Integer(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("patrol_every is null or patrol_every > 0", name=op.f("ck_maintenance_scheme_patrol_every")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_maintenance_scheme_entered_by")),
        sa.ForeignKeyConstraint(["sector_id"], ["maintenance_sector.id"], name=op.f("fk_maintenance_scheme_sector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_scheme")),
        sa.UniqueConstraint("sector_id", "from_on", name=op.f("uq_maintenance_scheme_sector_id_from_on")),
    )
    with op.batch_alter_table("maintenance_scheme", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_maintenance_scheme_sector_id"), ["sector_id"], unique=False)
    op.create_table(
        "keeper_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("keeper", sa.String(length=40), nullable=False),
        sa.Column("keeper_phone_id", sa.Integer(), nullable=True),
        sa.Column("maintenance_body", sa.String(length=80), nullable=False),
        sa.Column("maintenance_fund", sa.String(length=80), nullable=False),
        sa.Column("public_post", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("assigned_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("to_on is null or from_on < to_on", name=op.f("ck_keeper_assignment_days")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_keeper_assignment_asset_id")),
        sa.ForeignKeyConstraint(["assigned_by"], ["person.id"], name=op.f("fk_keeper_assignment_assigned_by")),
        sa.ForeignKeyConstraint(["sector_id"], ["maintenance_sector.id"], name=op.f("fk_keeper_assignment_sector_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keeper_assignment")),
        sa.UniqueConstraint("asset_id", "from_on", name=op.f("uq_keeper_assignment_asset_id_from_on")),
    )
    with op.batch_alter_table("keeper_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_keeper_assignment_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(
            "uq_keeper_assignment_open",
            ["asset_id"],
            unique=True,
            sqlite_where=sa.text("to_on is null"),
            postgresql_where=sa.text("to_on is null"),
        )
    op.create_table(
        "check_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row_code", sa.String(length=12), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("patrol_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_check_row_asset_id")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_check_row_patrol_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["check_sheet.id"], name=op.f("fk_check_row_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_row")),
        sa.UniqueConstraint("row_code", name=op.f("uq_check_row_row_code")),
        sa.UniqueConstraint("sheet_id", "position", name=op.f("uq_check_row_sheet_id_position")),
    )
    with op.batch_alter_table("check_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_row_asset_id"), ["asset_id"], unique=False)
    op.create_table(
        "defect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("patrol_id", sa.Integer(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("condition", sa.String(length=16), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("needed_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("fix_words", sa.String(length=400), nullable=False),
        sa.Column("repair_cost_fen", sa.BigInteger(), nullable=True),
        sa.Column("fixed_by", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("state <> 'closed' or fixed_on is not null", name=op.f("ck_defect_closed_is_fixed")),
        sa.CheckConstraint(
            "closed_by is null or fixed_by is null or closed_by <> fixed_by", name=op.f("ck_defect_two_persons")
        ),
        sa.CheckConstraint(
            "closed_by is null or found_by is null or closed_by <> found_by", name=op.f("ck_defect_other_than_finder")
        ),
        sa.CheckConstraint("repair_cost_fen is null or repair_cost_fen >= 0", name=op.f("ck_defect_repair_cost")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_defect_asset_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_defect_closed_by")),
        sa.ForeignKeyConstraint(["fixed_by"], ["person.id"], name=op.f("fk_defect_fixed_by")),
        sa.ForeignKeyConstraint(["found_by"], ["person.id"], name=op.f("fk_defect_found_by")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_defect_patrol_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defect")),
    )
    with op.batch_alter_table("defect", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_defect_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_defect_patrol_id"), ["patrol_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_defect_state"), ["state"], unique=False)

    _events_and_money()
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_post", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("relocation_site", sa.String(length=60), server_default="", nullable=False))
    with op.batch_alter_table("patrol", schema=None) as batch_op:
        batch_op.add_column(sa.Column("measure", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("weather", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("way", sa.String(length=16), server_default="desk", nullable=False))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("entered_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_patrol_entered_by"), "person", ["entered_by"], ["id"])


def _events_and_money() -> None:
    op.create_table(
        "event_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("called_on", sa.Date(), nullable=False),
        sa.Column("called_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_event_call_called_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_call")),
    )
    op.create_table(
        "event_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_event_duty_asset_id")),
        sa.ForeignKeyConstraint(["call_id"], ["event_call.id"], name=op.f("fk_event_duty_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_duty")),
        sa.UniqueConstraint("call_id", "asset_id", name=op.f("uq_event_duty_call_id_asset_id")),
    )
    with op.batch_alter_table("event_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_duty_asset_id"), ["asset_id"], unique=False)
    op.create_table(
        "maintenance_posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("defect_id", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("keeper", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decided_by is null or entered_by is null or decided_by <> entered_by",
            name=op.f("ck_maintenance_posting_two_persons"),
        ),
        sa.CheckConstraint("amount_fen > 0 or reverses_id is not null", name=op.f("ck_maintenance_posting_amount")),
        sa.CheckConstraint("(kind = 'budget') = (asset_id is null)", name=op.f("ck_maintenance_posting_of_an_asset")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_maintenance_posting_asset_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_maintenance_posting_decided_by")),
        sa.ForeignKeyConstraint(["defect_id"], ["defect.id"], name=op.f("fk_maintenance_posting_defect_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_maintenance_posting_entered_by")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["maintenance_posting.id"], name=op.f("fk_maintenance_posting_reverses_id")
        ),
        sa.ForeignKeyConstraint(["town_id"], ["region.id"], name=op.f("fk_maintenance_posting_town_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_posting")),
    )
    with op.batch_alter_table("maintenance_posting", schema=None) as batch_op:
        for name in ("asset_id", "state", "town_id", "year"):
            batch_op.create_index(batch_op.f(f"ix_maintenance_posting_{name}"), [name], unique=False)


def downgrade() -> None:

    op.drop_table("maintenance_posting")
    op.drop_table("event_duty")
    op.drop_table("event_call")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_column("relocation_site")
        batch_op.drop_column("public_post")
    with op.batch_alter_table("patrol", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_patrol_entered_by"), type_="foreignkey")
        batch_op.drop_column("entered_by")
        batch_op.drop_column("due_on")
        batch_op.drop_column("way")
        batch_op.drop_column("weather")
        batch_op.drop_column("measure")

    with op.batch_alter_table("defect", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_defect_state"))
        batch_op.drop_index(batch_op.f("ix_defect_patrol_id"))
        batch_op.drop_index(batch_op.f("ix_defect_asset_id"))
    op.drop_table("defect")
    with op.batch_alter_table("check_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_row_asset_id"))
    op.drop_table("check_row")
    with op.batch_alter_table("keeper_assignment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_keeper_assignment_open",
            sqlite_where=sa.text("to_on is null"),
            postgresql_where=sa.text("to_on is null"),
        )
        batch_op.drop_index(batch_op.f("ix_keeper_assignment_asset_id"))
    op.drop_table("keeper_assignment")
    with op.batch_alter_table("maintenance_scheme", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_maintenance_scheme_sector_id"))
    op.drop_table("maintenance_scheme")
    with op.batch_alter_table("check_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_sheet_unit_id"))
    op.drop_table("check_sheet")
