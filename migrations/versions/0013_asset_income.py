"""Income of assets: contracts and terms, receipts, photovoltaic settlements, distributions and payouts, idle assets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("operator", sa.String(length=80), nullable=False),
        sa.Column("contract_no", sa.String(length=60), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_asset_contract_days")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_asset_contract_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_contract")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_asset_contract_matter_id")),
    )
    op.create_table(
        "idle_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("to_status", sa.String(length=16), nullable=False),
        sa.Column("was_status", sa.String(length=16), nullable=False),
        sa.Column("responsible", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_idle_step_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idle_step")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_idle_step_matter_id")),
    )
    op.create_table(
        "income_sharing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("meeting", sa.String(length=200), nullable=False),
        sa.Column("town_opinion", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_income_sharing_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_sharing")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_income_sharing_matter_id")),
    )
    op.create_table(
        "station_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("kilowatt_hours", sa.String(length=32), nullable=False),
        sa.Column("billed_fen", sa.BigInteger(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("payer", sa.String(length=80), nullable=False),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_station_settlement_days")),
        sa.CheckConstraint("billed_fen > 0", name=op.f("ck_station_settlement_billed")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_station_settlement_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_settlement")),
        sa.UniqueConstraint("matter_id", name=op.f("uq_station_settlement_matter_id")),
    )
    op.create_table(
        "contract_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_contract_term_amount")),
        sa.ForeignKeyConstraint(["contract_id"], ["asset_contract.id"], name=op.f("fk_contract_term_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_term")),
        sa.UniqueConstraint("contract_id", "position", name=op.f("uq_contract_term_contract_id_position")),
    )
    with op.batch_alter_table("contract_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_term_contract_id"), ["contract_id"], unique=False)

    op.create_table(
        "income_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("income_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen > 0 or reverses_id is not null", name=op.f("ck_income_receipt_amount")),
        sa.ForeignKeyConstraint(["income_id"], ["income.id"], name=op.f("fk_income_receipt_income_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_income_receipt_matter_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["income_receipt.id"], name=op.f("fk_income_receipt_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_receipt")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_income_receipt_reverses_id")),
    )
    with op.batch_alter_table("income_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_income_receipt_income_id"), ["income_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_receipt_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "sharing_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sharing_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sharing_use", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_sharing_line_amount")),
        sa.ForeignKeyConstraint(["sharing_id"], ["income_sharing.id"], name=op.f("fk_sharing_line_sharing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_line")),
        sa.UniqueConstraint("sharing_id", "position", name=op.f("uq_sharing_line_sharing_id_position")),
    )
    with op.batch_alter_table("sharing_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharing_line_sharing_id"), ["sharing_id"], unique=False)

    op.create_table(
        "income_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("income_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen > 0 or reverses_id is not null", name=op.f("ck_income_share_amount")),
        sa.ForeignKeyConstraint(["income_id"], ["income.id"], name=op.f("fk_income_share_income_id")),
        sa.ForeignKeyConstraint(["line_id"], ["sharing_line.id"], name=op.f("fk_income_share_line_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_income_share_matter_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["income_share.id"], name=op.f("fk_income_share_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income_share")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_income_share_reverses_id")),
    )
    with op.batch_alter_table("income_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_income_share_income_id"), ["income_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_share_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_share_matter_id"), ["matter_id"], unique=False)

    op.create_table(
        "sharing_payout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_fen > 0 or reverses_id is not null", name=op.f("ck_sharing_payout_amount")),
        sa.ForeignKeyConstraint(["line_id"], ["sharing_line.id"], name=op.f("fk_sharing_payout_line_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["asset_matter.id"], name=op.f("fk_sharing_payout_matter_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["sharing_payout.id"], name=op.f("fk_sharing_payout_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_payout")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_sharing_payout_reverses_id")),
    )
    with op.batch_alter_table("sharing_payout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharing_payout_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sharing_payout_matter_id"), ["matter_id"], unique=False)

    with op.batch_alter_table("income", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("payer", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("contract_no", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("matter_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reverses_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_income_asset_id_year"), type_="unique")
        batch_op.create_index(batch_op.f("ix_income_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_matter_id"), ["matter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_income_year"), ["year"], unique=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_income_due"), sa.text("due_fen >= 0 or reverses_id is not null")
        )
        batch_op.create_unique_constraint(batch_op.f("uq_income_reverses_id"), ["reverses_id"])
        batch_op.create_foreign_key(batch_op.f("fk_income_reverses_id"), "income", ["reverses_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_income_matter_id"), "asset_matter", ["matter_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("income", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_income_due"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_income_matter_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_income_reverses_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_income_reverses_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_income_year"))
        batch_op.drop_index(batch_op.f("ix_income_matter_id"))
        batch_op.drop_index(batch_op.f("ix_income_due_on"))
        batch_op.create_unique_constraint(batch_op.f("uq_income_asset_id_year"), ["asset_id", "year"])
        batch_op.drop_column("reverses_id")
        batch_op.drop_column("matter_id")
        batch_op.drop_column("contract_no")
        batch_op.drop_column("payer")
        batch_op.drop_column("kind")

    with op.batch_alter_table("sharing_payout", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_payout_matter_id"))
        batch_op.drop_index(batch_op.f("ix_sharing_payout_line_id"))

    op.drop_table("sharing_payout")
    with op.batch_alter_table("income_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_share_matter_id"))
        batch_op.drop_index(batch_op.f("ix_income_share_line_id"))
        batch_op.drop_index(batch_op.f("ix_income_share_income_id"))

    op.drop_table("income_share")
    with op.batch_alter_table("sharing_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sharing_line_sharing_id"))

    op.drop_table("sharing_line")
    with op.batch_alter_table("income_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_receipt_matter_id"))
        batch_op.drop_index(batch_op.f("ix_income_receipt_income_id"))

    op.drop_table("income_receipt")
    with op.batch_alter_table("contract_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_term_contract_id"))

    op.drop_table("contract_term")
    op.drop_table("station_settlement")
    op.drop_table("income_sharing")
    op.drop_table("idle_step")
    op.drop_table("asset_contract")
