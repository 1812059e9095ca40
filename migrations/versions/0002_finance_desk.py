"""The finance desk: notices that change others, corrections, contracts, requests, plans, months, years, treasury lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LINE_AMOUNT = "(reduces_id is null and amount_fen > 0) or (reduces_id is not null and amount_fen < 0)"
DISBURSED_AMOUNT = "amount_fen > 0 or corrects_id is not null"


def upgrade() -> None:
    op.create_table(
        "accounting_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("figures_digest", sa.String(length=64), nullable=False),
        sa.Column("letter_no", sa.String(length=24), nullable=True),
        sa.Column("closings", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("reopen_reason", sa.String(length=400), nullable=False),
        sa.Column("reopen_document", sa.String(length=60), nullable=False),
        sa.Column("reopened_by", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.String(length=27), nullable=True),
        sa.CheckConstraint("month between 1 and 12", name=op.f("ck_accounting_period_month")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_accounting_period_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_accounting_period_entered_by")),
        sa.ForeignKeyConstraint(["reopened_by"], ["person.id"], name=op.f("fk_accounting_period_reopened_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_accounting_period_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounting_period")),
        sa.UniqueConstraint("letter_no", name=op.f("uq_accounting_period_letter_no")),
        sa.UniqueConstraint("year", "month", name=op.f("uq_accounting_period_year_month")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_correction_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_correction_entered_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_correction_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("number", name=op.f("uq_correction_number")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_year"), ["year"], unique=False)

    op.create_table(
        "treasury_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("total_fen", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_treasury_list_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treasury_list")),
        sa.UniqueConstraint("file_sha256", name=op.f("uq_treasury_list_file_sha256")),
    )
    op.create_table(
        "allocation_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("adopted_by", sa.Integer(), nullable=True),
        sa.Column("adopted_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["adopted_by"], ["person.id"], name=op.f("fk_allocation_plan_adopted_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_allocation_plan_made_by")),
        sa.ForeignKeyConstraint(["notice_id"], ["allotment_notice.id"], name=op.f("fk_allocation_plan_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_plan")),
        sa.UniqueConstraint("notice_id", "name", name=op.f("uq_allocation_plan_notice_id_name")),
    )
    with op.batch_alter_table("allocation_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_plan_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("contract_no", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("payee", sa.String(length=80), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("advance_bp", sa.Integer(), nullable=False),
        sa.Column("progress_bp", sa.Integer(), nullable=False),
        sa.Column("retention_bp", sa.Integer(), nullable=False),
        sa.Column("retention_due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "advance_bp between 0 and 10000 and progress_bp between 0 and 10000 and retention_bp between 0 and 10000",
            name=op.f("ck_contract_terms"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_contract_amount")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_contract_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_contract_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_contract_project_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_contract_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("project_id", "contract_no", name=op.f("uq_contract_project_id_contract_no")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_project_id"), ["project_id"], unique=False)

    op.create_table(
        "treasury_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet_row", sa.Integer(), nullable=False),
        sa.Column("voucher_no", sa.String(length=40), nullable=False),
        sa.Column("payee", sa.String(length=80), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["treasury_list.id"], name=op.f("fk_treasury_row_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treasury_row")),
    )
    with op.batch_alter_table("treasury_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_treasury_row_list_id"), ["list_id"], unique=False)

    op.create_table(
        "work_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("carryover_notice_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["carryover_notice_id"], ["allotment_notice.id"], name=op.f("fk_work_year_carryover_notice_id")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_work_year_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_year")),
        sa.UniqueConstraint("year", name=op.f("uq_work_year_year")),
    )
    op.create_table(
        "allocation_plan_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_allocation_plan_row_amount")),
        sa.ForeignKeyConstraint(["line_id"], ["allotment_line.id"], name=op.f("fk_allocation_plan_row_line_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["allocation_plan.id"], name=op.f("fk_allocation_plan_row_plan_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_allocation_plan_row_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_plan_row")),
        sa.UniqueConstraint(
            "plan_id", "line_id", "project_id", name=op.f("uq_allocation_plan_row_plan_id_line_id_project_id")
        ),
    )
    with op.batch_alter_table("allocation_plan_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_plan_row_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "line_posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(kind <> 'reversal' and amount_fen < 0) or (kind = 'reversal' and corrects_id is not null and amount_fen > 0)",
            name=op.f("ck_line_posting_amount"),
        ),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_line_posting_two_persons"),
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["line_posting.id"], name=op.f("fk_line_posting_corrects_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_line_posting_entered_by")),
        sa.ForeignKeyConstraint(["line_id"], ["allotment_line.id"], name=op.f("fk_line_posting_line_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_line_posting_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_posting")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_line_posting_corrects_id")),
        sa.UniqueConstraint("number", name=op.f("uq_line_posting_number")),
    )
    with op.batch_alter_table("line_posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_posting_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_line_posting_state"), ["state"], unique=False)

    op.create_table(
        "payment_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("retention_held_fen", sa.BigInteger(), nullable=False),
        sa.Column("progress_bp", sa.Integer(), nullable=False),
        sa.Column("payee", sa.String(length=80), nullable=False),
        sa.Column("bank", sa.String(length=80), nullable=False),
        sa.Column("account", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("exception_reason", sa.String(length=200), nullable=False),
        sa.Column("exception_document", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("handled_by", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen > 0 and retention_held_fen >= 0", name=op.f("ck_payment_request_amount")),
        sa.CheckConstraint(
            "handled_by is null or entered_by is null or handled_by <> entered_by",
            name=op.f("ck_payment_request_two_persons"),
        ),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_payment_request_contract_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_payment_request_entered_by")),
        sa.ForeignKeyConstraint(["handled_by"], ["person.id"], name=op.f("fk_payment_request_handled_by")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_payment_request_project_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_payment_request_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_request")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_request_number")),
    )
    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_request_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_request_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_request_state"), ["state"], unique=False)

    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("beyond_plan_document", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("correction_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_allocation_correction_id"), ["correction_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_allocation_correction_id"), "correction", ["correction_id"], ["id"])

    with op.batch_alter_table("allotment_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("task", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("economic_code", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("is_direct", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("budget_no", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reduces_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("origin_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_allotment_line_origin_id"), ["origin_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allotment_line_reduces_id"), ["reduces_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_allotment_line_origin_id"), "allotment_line", ["origin_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_allotment_line_reduces_id"), "allotment_line", ["reduces_id"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("ck_allotment_line_amount"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_allotment_line_amount"), sa.text(LINE_AMOUNT))

    with op.batch_alter_table("allotment_notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=16), server_default="allotment", nullable=False))
        batch_op.add_column(sa.Column("amends_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_allotment_notice_amends_id"), "allotment_notice", ["amends_id"], ["id"]
        )

    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("corrects_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_disbursement_corrects_id"), ["corrects_id"])
        batch_op.create_foreign_key(batch_op.f("fk_disbursement_corrects_id"), "disbursement", ["corrects_id"], ["id"])
        batch_op.create_check_constraint(batch_op.f("ck_disbursement_amount"), sa.text(DISBURSED_AMOUNT))

    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contract_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("bank", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("account", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("exception_reason", sa.String(length=200), server_default="", nullable=False))
        batch_op.add_column(sa.Column("exception_document", sa.String(length=60), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_payment_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_request_id"), ["request_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_payment_contract_id"), "contract", ["contract_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_payment_request_id"), "payment_request", ["request_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_payment_request_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_payment_contract_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_payment_request_id"))
        batch_op.drop_index(batch_op.f("ix_payment_contract_id"))
        batch_op.drop_column("exception_document")
        batch_op.drop_column("exception_reason")
        batch_op.drop_column("account")
        batch_op.drop_column("bank")
        batch_op.drop_column("contract_id")
        batch_op.drop_column("request_id")

    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_disbursement_amount"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_disbursement_corrects_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_disbursement_corrects_id"), type_="unique")
        batch_op.drop_column("corrects_id")

    with op.batch_alter_table("allotment_notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_allotment_notice_amends_id"), type_="foreignkey")
        batch_op.drop_column("amends_id")
        batch_op.drop_column("kind")

    with op.batch_alter_table("allotment_line", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_allotment_line_amount"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_allotment_line_amount"), sa.text("amount_fen > 0"))
        batch_op.drop_constraint(batch_op.f("fk_allotment_line_reduces_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_allotment_line_origin_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_allotment_line_reduces_id"))
        batch_op.drop_index(batch_op.f("ix_allotment_line_origin_id"))
        batch_op.drop_column("origin_id")
        batch_op.drop_column("reduces_id")
        batch_op.drop_column("budget_no")
        batch_op.drop_column("is_direct")
        batch_op.drop_column("economic_code")
        batch_op.drop_column("task")

    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_allocation_correction_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_allocation_correction_id"))
        batch_op.drop_column("correction_id")
        batch_op.drop_column("beyond_plan_document")

    with op.batch_alter_table("payment_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_request_state"))
        batch_op.drop_index(batch_op.f("ix_payment_request_project_id"))
        batch_op.drop_index(batch_op.f("ix_payment_request_contract_id"))

    op.drop_table("payment_request")
    with op.batch_alter_table("line_posting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_posting_state"))
        batch_op.drop_index(batch_op.f("ix_line_posting_line_id"))

    op.drop_table("line_posting")
    with op.batch_alter_table("allocation_plan_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_plan_row_plan_id"))

    op.drop_table("allocation_plan_row")
    op.drop_table("work_year")
    with op.batch_alter_table("treasury_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_treasury_row_list_id"))

    op.drop_table("treasury_row")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_project_id"))

    op.drop_table("contract")
    with op.batch_alter_table("allocation_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_plan_notice_id"))

    op.drop_table("allocation_plan")
    op.drop_table("treasury_list")
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_correction_year"))
        batch_op.drop_index(batch_op.f("ix_correction_state"))

    op.drop_table("correction")
    op.drop_table("accounting_period")
