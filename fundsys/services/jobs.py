"""Work that runs longer than a page waits. The job table is the truth; a process of its own does the work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from fundsys import store
from fundsys.domain.errors import DomainError, NotFound
from fundsys.models.papers import Job

AT_ONCE = 2
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
Work = Callable[[dict[str, Any], int | None, Callable[[int, int], None]], str]
_work: dict[str, Work] = {}
_started: list[subprocess.Popen[bytes]] = []


def work(kind: str) -> Callable[[Work], Work]:
    """Declare the function that does jobs of a kind: (parameters, person id, progress) → result."""

    def keep(function: Work) -> Work:
        _work[kind] = function
        return function

    return keep


def ask(kind: str, parameters: dict[str, Any], asked_by: int | None) -> int:
    """Queue a job and start a process for it. Returns its id; the page follows it by that."""
    with store.writing() as session:
        job = Job(
            kind=kind,
            parameters=json.dumps(parameters, ensure_ascii=False),
            asked_by=asked_by,
            asked_at=datetime.now(UTC),
        )
        session.add(job)
        session.flush()
        number = job.id
    start()
    return number


def do_now(kind: str, parameters: dict[str, Any]) -> int:
    """Do a job in this process, as 系统, and keep what came of it like any other. Returns its id."""
    with store.writing() as session:
        job = Job(
            kind=kind,
            state=RUNNING,
            pid=os.getpid(),
            parameters=json.dumps(parameters, ensure_ascii=False),
            asked_at=datetime.now(UTC),
        )
        session.add(job)
        session.flush()
        number = job.id
    _do(number)
    return number


def start() -> None:
    """Start a worker process; it does what waits and ends. Its parent need not live."""
    county = store.current_county()
    environment = os.environ | {
        "FUNDSYS_INSTANCE": str(store.settings().instance),
        "FUNDSYS_DATABASE_URL": store.settings().database_url,
    }
    _started[:] = [child for child in _started if child.poll() is None]
    child = subprocess.Popen(
        [sys.executable, "-m", "fundsys.cli.main", "jobs", "--county", county],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        close_fds=True,
    )
    _started.append(child)


def run_waiting() -> int:
    """Do waiting jobs one by one until none is left or enough others are at work. Returns how many were done."""
    done = 0
    while (number := _take()) is not None:
        _do(number)
        done += 1
    return done


def _take() -> int | None:
    """Take the oldest waiting job; jobs of dead processes wait again."""
    with store.writing() as session:
        for job in session.scalars(select(Job).where(Job.state == RUNNING)):
            if not _lives(job.pid):
                job.state = WAITING
        session.flush()
        running = session.scalar(select(func.count()).select_from(Job).where(Job.state == RUNNING)) or 0
        first = session.scalars(select(Job).where(Job.state == WAITING).order_by(Job.id).limit(1)).first()
        if first is None or running >= AT_ONCE:
            return None
        first.state, first.pid = RUNNING, os.getpid()
        return first.id


def _lives(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _do(number: int) -> None:
    with store.snapshot() as session:
        job = session.get_one(Job, number)
        kind, parameters, asked_by = job.kind, json.loads(job.parameters), job.asked_by

    def progress(done: int, total: int) -> None:
        _write(number, done=done, total=total)

    try:
        result = _work[kind](parameters, asked_by, progress)
    except DomainError as refusal:
        _write(number, state=FAILED, message=refusal.message, ended_at=datetime.now(UTC))
    except Exception:
        _write(number, state=FAILED, message="系统出了问题，没有办成，请联系系统管理员", ended_at=datetime.now(UTC))
        raise
    else:
        _write(number, state=DONE, result=result, ended_at=datetime.now(UTC))


def _write(number: int, **told: Any) -> None:
    with store.writing() as session:
        job = session.get_one(Job, number)
        for key, value in told.items():
            setattr(job, key, value)


def state(number: int, asked_by: int | None) -> Job:
    """A job of this person. Raises NotFound for another's and a missing one alike."""
    with store.snapshot() as session:
        job = session.get(Job, number)
        if job is None or job.asked_by != asked_by:
            raise NotFound("没有这项任务，或者不是您交办的")
        session.expunge(job)
        return job
