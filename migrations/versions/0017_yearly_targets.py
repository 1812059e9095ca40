"""Yearly targets with their units and monthly reports, and policy documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "policy_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("issuer", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_policy_document_two_persons"),
        ),
        sa.CheckConstraint("valid_to is null or valid_from <= valid_to", name=op.f("ck_policy_document_days")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_policy_document_entered_by")),
        sa.ForeignKeyConstraint(["replaces_id"], ["policy_document.id"], name=op.f("fk_policy_document_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_policy_document_reviewed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_document")),
        sa.UniqueConstraint("number", name=op.f("uq_policy_document_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_policy_document_replaces_id")),
    )
    with op.batch_alter_table("policy_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_policy_document_state"), ["state"], unique=False)

    op.create_table(
        "year_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("comparison", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("policy_code", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=16), nullable=False),
        sa.Column("figure", sa.String(length=24), nullable=False),
        sa.Column("reporting_unit_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_value", sa.String(length=32), nullable=True),
        sa.Column("proposed_document", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "policy_code = '' or (value is null and proposed_value is null)", name=op.f("ck_year_target_one_truth")
        ),
        sa.CheckConstraint(
            "approved_by is null or proposed_by is null or approved_by <> proposed_by",
            name=op.f("ck_year_target_two_persons"),
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_year_target_approved_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_year_target_proposed_by")),
        sa.ForeignKeyConstraint(["reporting_unit_id"], ["unit.id"], name=op.f("fk_year_target_reporting_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_target")),
        sa.UniqueConstraint("year", "code", name=op.f("uq_year_target_year_code")),
    )
    with op.batch_alter_table("year_target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_year_target_reporting_unit_id"), ["reporting_unit_id"], unique=False)

    op.create_table(
        "target_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("figure", sa.String(length=32), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("next_step", sa.String(length=200), nullable=False),
        sa.Column("strikes", sa.Boolean(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(length=27), nullable=True),
        sa.Column("reviewed_by", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.String(length=27), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("figure is null or held_on is null", name=op.f("ck_target_report_one_thing")),
        sa.CheckConstraint("month between 1 and 12", name=op.f("ck_target_report_month")),
        sa.CheckConstraint("not strikes or replaces_id is not null", name=op.f("ck_target_report_strikes")),
        sa.CheckConstraint(
            "reviewed_by is null or entered_by is null or reviewed_by <> entered_by",
            name=op.f("ck_target_report_two_persons"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_target_report_entered_by")),
        sa.ForeignKeyConstraint(["replaces_id"], ["target_report.id"], name=op.f("fk_target_report_replaces_id")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_target_report_reviewed_by")),
        sa.ForeignKeyConstraint(["target_id"], ["year_target.id"], name=op.f("fk_target_report_target_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_report_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_report")),
        sa.UniqueConstraint("number", name=op.f("uq_target_report_number")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_target_report_replaces_id")),
    )
    with op.batch_alter_table("target_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_report_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_report_target_id"), ["target_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_report_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "target_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("phrase", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["target_id"], ["year_target.id"], name=op.f("fk_target_unit_target_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_unit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_unit")),
        sa.UniqueConstraint("target_id", "position", name=op.f("uq_target_unit_target_id_position")),
    )
    with op.batch_alter_table("target_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_unit_unit_id"), ["unit_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("target_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_unit_unit_id"))

    op.drop_table("target_unit")
    with op.batch_alter_table("target_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_report_unit_id"))
        batch_op.drop_index(batch_op.f("ix_target_report_target_id"))
        batch_op.drop_index(batch_op.f("ix_target_report_state"))

    op.drop_table("target_report")
    with op.batch_alter_table("year_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_year_target_reporting_unit_id"))

    op.drop_table("year_target")
    with op.batch_alter_table("policy_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_policy_document_state"))

    op.drop_table("policy_document")
