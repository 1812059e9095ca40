"""Every table and every field of a record has a name for pages, papers and messages."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from sqlalchemy import inspect

from fundsys.domain import record_words
from fundsys.domain.record_words import field_name, table_name
from fundsys.models.base import Base
from fundsys.models.journal import UNJOURNALED

BUSINESS = [m for m in Base.registry.mappers if m.class_.__tablename__ not in UNJOURNALED]


def test_every_table_people_keep_has_a_name() -> None:
    assert [
        m.class_.__tablename__ for m in BUSINESS if table_name(m.class_.__tablename__) == m.class_.__tablename__
    ] == []
    assert len(BUSINESS) > 20


def test_every_field_of_a_record_has_a_name() -> None:
    silent = [
        f"{mapper.class_.__tablename__}.{column.key}"
        for mapper in BUSINESS
        for column in inspect(mapper.class_).column_attrs
        if field_name(mapper.class_.__tablename__, column.key) == column.key
    ]
    assert silent == []


def test_a_field_nobody_named_would_be_seen() -> None:
    assert field_name("allocation", "forgotten") == "forgotten"


def test_no_name_is_written_over_by_a_later_one() -> None:
    """A desk that names a field anew would rename it on every other desk's records too."""
    program = ast.parse(Path(record_words.__file__).read_text("utf-8"))
    for wanted in ("_FIELDS", "TABLES"):
        written = Counter(
            key.value
            for step in program.body
            if isinstance(step, ast.Assign | ast.AnnAssign | ast.AugAssign) and isinstance(step.value, ast.Dict)
            and ast.unparse(step.targets[0] if isinstance(step, ast.Assign) else step.target) == wanted
            for key in step.value.keys
            if isinstance(key, ast.Constant)
        )  # fmt: skip
        assert len(written) > 30, wanted
        assert [key for key, count in written.items() if count > 1] == []
