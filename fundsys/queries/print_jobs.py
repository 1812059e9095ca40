"""A person's printing jobs: what was asked, how far it is, what came of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fundsys.domain.coded import Coded
from fundsys.models.papers import Job
from fundsys.queries.viewer import Viewer

PRINT, BATCH, PACKAGE = "print", "batch", "package"
KINDS = (PRINT, BATCH, PACKAGE)


class JobState(Coded):
    """Where a job stands."""

    WAITING = "waiting", "排队", "plain"
    RUNNING = "running", "正在印", "info"
    DONE = "done", "已印好", "good"
    FAILED = "failed", "没有印成", "bad"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A job in the queue. asked: its parameters; file: what can be fetched (number and suffix of a print, or a file of
    the batch); parts, empty, failed, left: what came of a batch; ahead: how many jobs wait before it."""

    id: int
    kind: str
    asked: dict[str, Any]
    state: JobState
    done: int
    total: int
    message: str
    asked_at: datetime
    ended_at: datetime | None
    file: str
    parts: int
    empty: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]
    left: int
    ahead: int

    @property
    def percent(self) -> int | None:
        """How far it is, in whole per cent; None before it has said so."""
        return self.done * 100 // self.total if self.total else None

    @property
    def may_repeat(self) -> bool:
        """Whether something is left to be done again."""
        return self.state is JobState.FAILED or (
            self.state is JobState.DONE and bool(self.failed) and self.kind == BATCH
        )


def print_jobs(session: Session, who: Viewer, limit: int = 60) -> list[PrintJob]:
    """The person's own printing jobs, newest first."""
    rows = session.scalars(
        select(Job).where(Job.asked_by == who.id, Job.kind.in_(KINDS)).order_by(Job.id.desc()).limit(limit)
    )
    waiting = list(session.scalars(select(Job.id).where(Job.state == JobState.WAITING.code)))
    return [_told(job, sum(one < job.id for one in waiting)) for job in rows]


def print_job(session: Session, who: Viewer, number: int) -> PrintJob | None:
    """One of the person's own printing jobs; None for another's and a missing one alike."""
    return next((job for job in print_jobs(session, who, 1000) if job.id == number), None)


def _told(job: Job, ahead: int) -> PrintJob:
    state = JobState(job.state)
    if state is JobState.RUNNING and not _lives(job.pid):
        state = JobState.WAITING  # its process ended; it will be taken up again
    result = json.loads(job.result) if job.kind != PRINT and job.result else {}
    return PrintJob(
        job.id,
        job.kind,
        json.loads(job.parameters),
        state,
        job.done,
        job.total,
        job.message,
        job.asked_at,
        job.ended_at,
        result.get("file", "") if job.kind != PRINT else job.result,
        result.get("parts", 0),
        tuple(result.get("empty", ())),
        tuple((name, why) for name, why in result.get("failed", ())),
        result.get("left", 0),
        ahead if state is JobState.WAITING else 0,
    )


def _lives(pid: int | None) -> bool:
    return pid is not None and os.path.exists(f"/proc/{pid}")
