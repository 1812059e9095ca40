"""What the house tests share: an application without a county."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from fundsys import create_app


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """The application alone; nothing is asked of a database."""
    return create_app({"instance": tmp_path, "database_url": f"sqlite:///{tmp_path / 'none.db'}", "testing": True})
