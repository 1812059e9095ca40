"""The legacy projects under 四个一批: records of operation, decisions, progress of measures, the county's own labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_label")),
        sa.UniqueConstraint("year", "code", name=op.f("uq_batch_label_year_code")),
    )
    op.create_table(
        "class_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column("was", sa.String(length=16), nullable=True),
        sa.Column("suggested", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("measure_codes", sa.String(length=60), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("responsible_unit", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("document_no", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decider", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("return_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("batch in ('B1','B2','B3','B4')", name=op.f("ck_class_decision_batch")),
        sa.CheckConstraint("state <> 'decided' or decided_on is not null", name=op.f("ck_class_decision_dated")),
        sa.CheckConstraint(
            "decided_by is null or proposed_by is null or decided_by <> proposed_by",
            name=op.f("ck_class_decision_two_persons"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_class_decision_decided_by")),
        sa.ForeignKeyConstraint(["project_id"], ["legacy_project.id"], name=op.f("fk_class_decision_project_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_class_decision_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_decision")),
    )
    with op.batch_alter_table("class_decision", schema=None) as batch_op:
        batch_op.create_index("ix_class_decision_of", ["project_id", "decided_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_class_decision_state"), ["state"], unique=False)

    op.create_table(
        "measure_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_measure_progress_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["legacy_project.id"], name=op.f("fk_measure_progress_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_progress")),
    )
    with op.batch_alter_table("measure_progress", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_progress_project_id"), ["project_id"], unique=False)

    op.create_table(
        "operation_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("run_state", sa.String(length=16), nullable=True),
        sa.Column("months_stopped", sa.Integer(), nullable=True),
        sa.Column("capacity_bp", sa.Integer(), nullable=True),
        sa.Column("figures_year", sa.Integer(), nullable=True),
        sa.Column("output_fen", sa.BigInteger(), nullable=True),
        sa.Column("profit_fen", sa.BigInteger(), nullable=True),
        sa.Column("income_fen", sa.BigInteger(), nullable=True),
        sa.Column("distributed_fen", sa.BigInteger(), nullable=True),
        sa.Column("linkage", sa.String(length=80), nullable=False),
        sa.Column("linkage_works", sa.Boolean(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("poor_households", sa.Integer(), nullable=True),
        sa.Column("use_bp", sa.Integer(), nullable=True),
        sa.Column("title_clear", sa.Boolean(), nullable=True),
        sa.Column("compliant", sa.Boolean(), nullable=True),
        sa.Column("prospect", sa.String(length=16), nullable=True),
        sa.Column("fits_leading", sa.Boolean(), nullable=True),
        sa.Column("opinion", sa.String(length=16), nullable=True),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "capacity_bp is null or capacity_bp between 0 and 10000", name=op.f("ck_operation_record_capacity")
        ),
        sa.CheckConstraint("months_stopped is null or months_stopped >= 0", name=op.f("ck_operation_record_months")),
        sa.CheckConstraint("use_bp is null or use_bp between 0 and 10000", name=op.f("ck_operation_record_in_use")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_operation_record_entered_by")),
        sa.ForeignKeyConstraint(["project_id"], ["legacy_project.id"], name=op.f("fk_operation_record_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation_record")),
    )
    with op.batch_alter_table("operation_record", schema=None) as batch_op:
        batch_op.create_index("ix_operation_record_of", ["project_id", "observed_on"], unique=False)

    with op.batch_alter_table("legacy_project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("yearly_output_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("yearly_profit_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("distributed_fen", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("farmer_linkage", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("asset_use_bp", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("checked_by", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("checked_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("measure_codes", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("progress", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("disposed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("disposal_document", sa.String(length=60), nullable=False, server_default=""))
    with op.batch_alter_table("legacy_project", schema=None) as batch_op:
        batch_op.alter_column("farmer_linkage", server_default=None)
        batch_op.alter_column("checked_by", server_default=None)
        batch_op.alter_column("measure_codes", server_default=None)
        batch_op.alter_column("progress", server_default=None)
        batch_op.alter_column("disposal_document", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("legacy_project", schema=None) as batch_op:
        batch_op.drop_column("disposal_document")
        batch_op.drop_column("disposed_on")
        batch_op.drop_column("done_on")
        batch_op.drop_column("progress")
        batch_op.drop_column("measure_codes")
        batch_op.drop_column("checked_on")
        batch_op.drop_column("checked_by")
        batch_op.drop_column("asset_use_bp")
        batch_op.drop_column("farmer_linkage")
        batch_op.drop_column("distributed_fen")
        batch_op.drop_column("yearly_profit_fen")
        batch_op.drop_column("yearly_output_fen")

    with op.batch_alter_table("operation_record", schema=None) as batch_op:
        batch_op.drop_index("ix_operation_record_of")

    op.drop_table("operation_record")
    with op.batch_alter_table("measure_progress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measure_progress_project_id"))

    op.drop_table("measure_progress")
    with op.batch_alter_table("class_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_class_decision_state"))
        batch_op.drop_index("ix_class_decision_of")

    op.drop_table("class_decision")
    op.drop_table("batch_label")
