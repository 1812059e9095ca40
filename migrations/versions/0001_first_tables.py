"""first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("office_day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.String(length=12), nullable=False),
        sa.Column("previous_digest", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_act")),
        sa.UniqueConstraint("form_id", name=op.f("uq_act_form_id")),
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_act_office_day"), ["office_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_act_person_id"), ["person_id"], unique=False)

    op.create_table(
        "county",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("reporting_unit", sa.String(length=60), nullable=False),
        sa.Column("work_year", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("demo_day", sa.Date(), nullable=True),
        sa.Column("lead_industry", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county")),
        sa.UniqueConstraint("code", name=op.f("uq_county_code")),
    )
    op.create_table(
        "dictionary_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_entry")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_dictionary_entry_kind_code")),
    )
    op.create_table(
        "fund_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("task", sa.String(length=40), nullable=False),
        sa.Column("is_transition", sa.Boolean(), nullable=False),
        sa.Column("in_base", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("in_base in ('yes','no','config')", name=op.f("ck_fund_source_in_base")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_source")),
        sa.UniqueConstraint("code", name=op.f("uq_fund_source_code")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.String(length=27), nullable=False),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_table(
        "maintenance_sector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("patrol_days", sa.Integer(), nullable=False),
        sa.Column("after_event", sa.String(length=80), nullable=False),
        sa.Column("money_source", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_sector")),
        sa.UniqueConstraint("code", name=op.f("uq_maintenance_sector_code")),
    )
    op.create_table(
        "project_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("group_name", sa.String(length=60), nullable=False),
        sa.Column("counts_as_industry", sa.String(length=8), nullable=False),
        sa.Column("asset_class", sa.String(length=16), nullable=True),
        sa.Column("suits_work_relief", sa.Boolean(), nullable=False),
        sa.Column("is_management_fee", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.CheckConstraint("counts_as_industry in ('yes','no','config')", name=op.f("ck_project_type_industry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_type")),
        sa.UniqueConstraint("code", name=op.f("uq_project_type_code")),
    )
    op.create_table(
        "region",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("level in ('county','town','village')", name=op.f("ck_region_level")),
        sa.ForeignKeyConstraint(["parent_id"], ["region.id"], name=op.f("fk_region_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("code", name=op.f("uq_region_code")),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failure_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_failure_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_failure_login"), ["login"], unique=False)

    op.create_table(
        "vault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key_no", sa.Integer(), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=True),
        sa.Column("lookup", sa.String(length=64), nullable=True),
        sa.Column("masked", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("vault", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vault_lookup"), ["lookup"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("act_seq", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["act_seq"], ["act.seq"], name=op.f("fk_change_act_seq"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_act_seq"), ["act_seq"], unique=False)
        batch_op.create_index("ix_change_of_row", ["table_name", "row_id", "id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_unit_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
        sa.UniqueConstraint("name", name=op.f("uq_unit_name")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_region_id"), ["region_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("rights_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "allotment_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("issuing_unit", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("stated_total_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.CheckConstraint("issued_on <= received_on", name=op.f("ck_allotment_notice_dates")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_allotment_notice_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_allotment_notice_entered_by")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_allotment_notice_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment_notice")),
        sa.UniqueConstraint("document_no", name=op.f("uq_allotment_notice_document_no")),
    )
    with op.batch_alter_table("allotment_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allotment_notice_year"), ["year"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.String(length=27), nullable=False),
        sa.Column("taken_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["kept_by"], ["person.id"], name=op.f("fk_attachment_kept_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("password_digest", sa.String(length=200), nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.String(length=27), nullable=True),
        sa.Column("last_sign_in_at", sa.String(length=27), nullable=True),
        sa.Column("secret_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("person_id", name=op.f("uq_credential_person_id")),
    )
    op.create_table(
        "import_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["person.id"], name=op.f("fk_import_record_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_record")),
    )
    with op.batch_alter_table("import_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_record_file_sha256"), ["file_sha256"], unique=False)

    op.create_table(
        "legacy_project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=True),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("industry", sa.String(length=40), nullable=False),
        sa.Column("type_name", sa.String(length=60), nullable=False),
        sa.Column("fund_source", sa.String(length=80), nullable=False),
        sa.Column("fiscal_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("total_investment_fen", sa.BigInteger(), nullable=True),
        sa.Column("operator", sa.String(length=80), nullable=False),
        sa.Column("operator_credit_code", sa.String(length=18), nullable=False),
        sa.Column("run_state", sa.String(length=16), nullable=True),
        sa.Column("yearly_income_fen", sa.BigInteger(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("poor_households", sa.Integer(), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=True),
        sa.Column("batch_reason", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("responsible_unit", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("batch is null or batch in ('B1','B2','B3','B4')", name=op.f("ck_legacy_project_batch")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_legacy_project_entered_by")),
        sa.ForeignKeyConstraint(["town_id"], ["region.id"], name=op.f("fk_legacy_project_town_id")),
        sa.ForeignKeyConstraint(["village_id"], ["region.id"], name=op.f("fk_legacy_project_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legacy_project")),
        sa.UniqueConstraint("code", name=op.f("uq_legacy_project_code")),
    )
    with op.batch_alter_table("legacy_project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_legacy_project_batch"), ["batch"], unique=False)
        batch_op.create_index(batch_op.f("ix_legacy_project_town_id"), ["town_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_legacy_project_village_id"), ["village_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_legacy_project_year"), ["year"], unique=False)

    op.create_table(
        "policy_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_value", sa.String(length=200), nullable=True),
        sa.Column("proposed_document", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "approved_by is null or proposed_by is null or approved_by <> proposed_by",
            name=op.f("ck_policy_value_two_persons"),
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_policy_value_approved_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_policy_value_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_value")),
        sa.UniqueConstraint("year", "code", name=op.f("uq_policy_value_year_code")),
    )
    op.create_table(
        "print_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("ledger", sa.String(length=8), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("row_digest", sa.String(length=64), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.Column("check_code", sa.String(length=20), nullable=False),
        sa.Column("journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("journal_digest", sa.String(length=64), nullable=False),
        sa.Column("printed_by", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.String(length=27), nullable=False),
        sa.Column("is_public_copy", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["printed_by"], ["person.id"], name=op.f("fk_print_record_printed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_record")),
        sa.UniqueConstraint("number", name=op.f("uq_print_record_number")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("library_code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=8), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=True),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=False),
        sa.Column("implementing_unit_id", sa.Integer(), nullable=True),
        sa.Column("responsible", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("planned_investment_fen", sa.BigInteger(), nullable=False),
        sa.Column("planned_fiscal_fen", sa.BigInteger(), nullable=False),
        sa.Column("planned_other_fen", sa.BigInteger(), nullable=False),
        sa.Column("financing", sa.String(length=60), nullable=False),
        sa.Column("subsidy_standard", sa.String(length=120), nullable=False),
        sa.Column("is_lead_industry", sa.Boolean(), nullable=False),
        sa.Column("is_work_relief", sa.Boolean(), nullable=False),
        sa.Column("is_cooperation", sa.Boolean(), nullable=False),
        sa.Column("plan_start_on", sa.Date(), nullable=True),
        sa.Column("plan_end_on", sa.Date(), nullable=True),
        sa.Column("village_count", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("poor_households", sa.Integer(), nullable=False),
        sa.Column("poor_people", sa.Integer(), nullable=False),
        sa.Column("performance_target", sa.Text(), nullable=False),
        sa.Column("participation", sa.Text(), nullable=False),
        sa.Column("farmer_linkage", sa.Text(), nullable=False),
        sa.Column("admitted_on", sa.Date(), nullable=True),
        sa.Column("plan_document_no", sa.String(length=60), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress_bp", sa.Integer(), nullable=False),
        sa.Column("progress_on", sa.Date(), nullable=True),
        sa.Column("contractor", sa.String(length=80), nullable=False),
        sa.Column("contract_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("contract_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("acceptance_no", sa.String(length=60), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("removal_reason", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "completed_on is null or accepted_on is null or completed_on <= accepted_on",
            name=op.f("ck_project_acceptance"),
        ),
        sa.CheckConstraint(
            "planned_investment_fen >= 0 and planned_fiscal_fen >= 0 and planned_other_fen >= 0",
            name=op.f("ck_project_amounts"),
        ),
        sa.CheckConstraint("progress_bp between 0 and 10000", name=op.f("ck_project_progress")),
        sa.CheckConstraint(
            "started_on is null or completed_on is null or started_on <= completed_on",
            name=op.f("ck_project_completion"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_project_entered_by")),
        sa.ForeignKeyConstraint(["implementing_unit_id"], ["unit.id"], name=op.f("fk_project_implementing_unit_id")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["unit.id"], name=op.f("fk_project_owner_unit_id")),
        sa.ForeignKeyConstraint(["town_id"], ["region.id"], name=op.f("fk_project_town_id")),
        sa.ForeignKeyConstraint(["type_id"], ["project_type.id"], name=op.f("fk_project_type_id")),
        sa.ForeignKeyConstraint(["village_id"], ["region.id"], name=op.f("fk_project_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_implementing_unit_id"), ["implementing_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_library_code"), ["library_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_owner_unit_id"), ["owner_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_town_id"), ["town_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_type_id"), ["type_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_village_id"), ["village_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_project_year"), ["year"], unique=False)

    op.create_table(
        "rectification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("paper_no", sa.String(length=60), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("state in ('open','answered','closed','lasting')", name=op.f("ck_rectification_state")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_rectification_closed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_rectification_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification")),
    )
    with op.batch_alter_table("rectification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rectification_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "approved_by is null or proposed_by is null or approved_by <> proposed_by",
            name=op.f("ck_waiver_two_persons"),
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_waiver_approved_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_waiver_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_table(
        "allotment_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("function_code", sa.String(length=20), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_allotment_line_amount")),
        sa.ForeignKeyConstraint(["notice_id"], ["allotment_notice.id"], name=op.f("fk_allotment_line_notice_id")),
        sa.ForeignKeyConstraint(["source_id"], ["fund_source.id"], name=op.f("fk_allotment_line_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment_line")),
        sa.UniqueConstraint("notice_id", "position", name=op.f("uq_allotment_line_notice_id_position")),
    )
    with op.batch_alter_table("allotment_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allotment_line_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allotment_line_source_id"), ["source_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("asset_class", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column("project_year", sa.Integer(), nullable=False),
        sa.Column("fund_sources", sa.String(length=120), nullable=False),
        sa.Column("town_id", sa.Integer(), nullable=True),
        sa.Column("village_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=120), nullable=False),
        sa.Column("spec", sa.String(length=80), nullable=False),
        sa.Column("quantity", sa.String(length=32), nullable=False),
        sa.Column("quantity_unit", sa.String(length=12), nullable=False),
        sa.Column("settled_amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("original_cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("appraised_value_fen", sa.BigInteger(), nullable=True),
        sa.Column("appraisal_no", sa.String(length=60), nullable=False),
        sa.Column("net_value_fen", sa.BigInteger(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("in_use_on", sa.Date(), nullable=True),
        sa.Column("life_years", sa.Integer(), nullable=True),
        sa.Column("owner_type", sa.String(length=16), nullable=False),
        sa.Column("owner_name", sa.String(length=80), nullable=False),
        sa.Column("title_document", sa.String(length=60), nullable=False),
        sa.Column("titled_on", sa.Date(), nullable=True),
        sa.Column("handed_over_on", sa.Date(), nullable=True),
        sa.Column("operator", sa.String(length=80), nullable=False),
        sa.Column("contract_no", sa.String(length=60), nullable=False),
        sa.Column("contract_to", sa.Date(), nullable=True),
        sa.Column("yearly_income_fen", sa.BigInteger(), nullable=True),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("maintenance_body", sa.String(length=80), nullable=False),
        sa.Column("keeper", sa.String(length=40), nullable=False),
        sa.Column("keeper_phone_id", sa.Integer(), nullable=True),
        sa.Column("maintenance_fund", sa.String(length=80), nullable=False),
        sa.Column("supervisor", sa.String(length=80), nullable=False),
        sa.Column("owner_unit_id", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("last_patrol_on", sa.Date(), nullable=True),
        sa.Column("last_count_on", sa.Date(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("asset_class in ('OPR','PUB','HH')", name=op.f("ck_asset_asset_class")),
        sa.CheckConstraint("original_cost_fen >= 0", name=op.f("ck_asset_original_cost")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_asset_entered_by")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["unit.id"], name=op.f("fk_asset_owner_unit_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_asset_project_id")),
        sa.ForeignKeyConstraint(["sector_id"], ["maintenance_sector.id"], name=op.f("fk_asset_sector_id")),
        sa.ForeignKeyConstraint(["town_id"], ["region.id"], name=op.f("fk_asset_town_id")),
        sa.ForeignKeyConstraint(["village_id"], ["region.id"], name=op.f("fk_asset_village_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("code", name=op.f("uq_asset_code")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_asset_class"), ["asset_class"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_owner_name"), ["owner_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_owner_unit_id"), ["owner_unit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_project_code"), ["project_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_project_year"), ["project_year"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_registered_on"), ["registered_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_sector_id"), ["sector_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_town_id"), ["town_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_village_id"), ["village_id"], unique=False)

    op.create_table(
        "progress_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress_bp", sa.Integer(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("back_reason", sa.String(length=200), nullable=False),
        sa.Column("reported_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_progress_report_project_id")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_progress_report_reported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress_report")),
    )
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_progress_report_project_id"), ["project_id"], unique=False)

    op.create_table(
        "work_relief_pay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("labor_days", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_work_relief_pay_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_relief_pay")),
    )
    with op.batch_alter_table("work_relief_pay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_relief_pay_project_id"), ["project_id"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("beyond_plan_reason", sa.String(length=200), nullable=False),
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
            "amount_fen > 0 or (kind <> 'allocation' and amount_fen < 0)", name=op.f("ck_allocation_amount")
        ),
        sa.CheckConstraint(
            "kind <> 'reversal' or corrects_id is not null", name=op.f("ck_allocation_reversal_names_original")
        ),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_allocation_two_persons"),
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["allocation.id"], name=op.f("fk_allocation_corrects_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_allocation_entered_by")),
        sa.ForeignKeyConstraint(["line_id"], ["allotment_line.id"], name=op.f("fk_allocation_line_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_allocation_project_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_allocation_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("number", name=op.f("uq_allocation_number")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_state"), ["state"], unique=False)

    op.create_table(
        "asset_cost",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_cost_asset_id")),
        sa.ForeignKeyConstraint(["source_id"], ["fund_source.id"], name=op.f("fk_asset_cost_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_cost")),
        sa.UniqueConstraint("asset_id", "source_id", name=op.f("uq_asset_cost_asset_id_source_id")),
    )
    with op.batch_alter_table("asset_cost", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_cost_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "disbursement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("disbursed_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
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
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_disbursement_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_disbursement_entered_by")),
        sa.ForeignKeyConstraint(["line_id"], ["allotment_line.id"], name=op.f("fk_disbursement_line_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_disbursement_project_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_disbursement_reviewed_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_disbursement_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement")),
        sa.UniqueConstraint("number", name=op.f("uq_disbursement_number")),
    )
    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disbursement_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_state"), ["state"], unique=False)

    op.create_table(
        "income",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("distributed_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_income_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_income")),
        sa.UniqueConstraint("asset_id", "year", name=op.f("uq_income_asset_id_year")),
    )
    with op.batch_alter_table("income", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_income_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "patrol",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("patrolled_on", sa.Date(), nullable=False),
        sa.Column("patroller", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.CheckConstraint("condition in ('完好','轻微','严重','损毁')", name=op.f("ck_patrol_condition")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_patrol_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol")),
    )
    with op.batch_alter_table("patrol", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("payee", sa.String(length=80), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher_no", sa.String(length=40), nullable=False),
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
            "amount_fen > 0 or (kind = 'reversal' and corrects_id is not null)", name=op.f("ck_payment_amount")
        ),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_payment_two_persons"),
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["payment.id"], name=op.f("fk_payment_corrects_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_payment_entered_by")),
        sa.ForeignKeyConstraint(["line_id"], ["allotment_line.id"], name=op.f("fk_payment_line_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_payment_project_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_payment_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_paid_on"), ["paid_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_state"))
        batch_op.drop_index(batch_op.f("ix_payment_project_id"))
        batch_op.drop_index(batch_op.f("ix_payment_paid_on"))
        batch_op.drop_index(batch_op.f("ix_payment_line_id"))

    op.drop_table("payment")
    with op.batch_alter_table("patrol", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patrol_asset_id"))

    op.drop_table("patrol")
    with op.batch_alter_table("income", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_income_asset_id"))

    op.drop_table("income")
    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disbursement_state"))
        batch_op.drop_index(batch_op.f("ix_disbursement_project_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_line_id"))

    op.drop_table("disbursement")
    with op.batch_alter_table("asset_cost", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_cost_asset_id"))

    op.drop_table("asset_cost")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_state"))
        batch_op.drop_index(batch_op.f("ix_allocation_project_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_line_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("work_relief_pay", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_relief_pay_project_id"))

    op.drop_table("work_relief_pay")
    with op.batch_alter_table("progress_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_progress_report_project_id"))

    op.drop_table("progress_report")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_village_id"))
        batch_op.drop_index(batch_op.f("ix_asset_town_id"))
        batch_op.drop_index(batch_op.f("ix_asset_status"))
        batch_op.drop_index(batch_op.f("ix_asset_sector_id"))
        batch_op.drop_index(batch_op.f("ix_asset_registered_on"))
        batch_op.drop_index(batch_op.f("ix_asset_project_year"))
        batch_op.drop_index(batch_op.f("ix_asset_project_id"))
        batch_op.drop_index(batch_op.f("ix_asset_project_code"))
        batch_op.drop_index(batch_op.f("ix_asset_owner_unit_id"))
        batch_op.drop_index(batch_op.f("ix_asset_owner_name"))
        batch_op.drop_index(batch_op.f("ix_asset_asset_class"))

    op.drop_table("asset")
    with op.batch_alter_table("allotment_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allotment_line_source_id"))
        batch_op.drop_index(batch_op.f("ix_allotment_line_notice_id"))

    op.drop_table("allotment_line")
    op.drop_table("waiver")
    with op.batch_alter_table("rectification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rectification_unit_id"))

    op.drop_table("rectification")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_year"))
        batch_op.drop_index(batch_op.f("ix_project_village_id"))
        batch_op.drop_index(batch_op.f("ix_project_type_id"))
        batch_op.drop_index(batch_op.f("ix_project_town_id"))
        batch_op.drop_index(batch_op.f("ix_project_status"))
        batch_op.drop_index(batch_op.f("ix_project_owner_unit_id"))
        batch_op.drop_index(batch_op.f("ix_project_library_code"))
        batch_op.drop_index(batch_op.f("ix_project_implementing_unit_id"))

    op.drop_table("project")
    op.drop_table("print_record")
    op.drop_table("policy_value")
    with op.batch_alter_table("legacy_project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_legacy_project_year"))
        batch_op.drop_index(batch_op.f("ix_legacy_project_village_id"))
        batch_op.drop_index(batch_op.f("ix_legacy_project_town_id"))
        batch_op.drop_index(batch_op.f("ix_legacy_project_batch"))

    op.drop_table("legacy_project")
    with op.batch_alter_table("import_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_record_file_sha256"))

    op.drop_table("import_record")
    op.drop_table("credential")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))

    op.drop_table("attachment")
    with op.batch_alter_table("allotment_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allotment_notice_year"))

    op.drop_table("allotment_notice")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_unit_id"))

    op.drop_table("person")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_region_id"))

    op.drop_table("unit")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_of_row")
        batch_op.drop_index(batch_op.f("ix_change_act_seq"))

    op.drop_table("change")
    with op.batch_alter_table("vault", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vault_lookup"))

    op.drop_table("vault")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_login"))
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_failure_address"))

    op.drop_table("sign_in_failure")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_parent_id"))

    op.drop_table("region")
    op.drop_table("project_type")
    op.drop_table("maintenance_sector")
    op.drop_table("job")
    op.drop_table("fund_source")
    op.drop_table("dictionary_entry")
    op.drop_table("county")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_act_person_id"))
        batch_op.drop_index(batch_op.f("ix_act_office_day"))

    op.drop_table("act")
