"""Work that runs longer than a page waits. The job table is the truth; a process of its own does the work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fundsys import store
from fundsys.domain.errors import DomainError, NotAllowed, NotFound
from fundsys.models.papers import Job
from fundsys.queries.viewer import held_to

AT_ONCE = 2
TELL_SECONDS = 0.5
MOST_TRIES = 3
"""How often a job is taken up whose process ended in the middle of it; after that it has failed."""
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
        number = put(session, kind, parameters, asked_by)
    start()
    return number


def put(session: Session, kind: str, parameters: dict[str, Any], asked_by: int | None) -> int:
    """Queue a job within a transaction, such as the act that orders it; `start` comes after it. Returns its id.

    Raises: NotAllowed for an access token held to chosen rights, because a job is done with all rights of its person.
    """
    if held_to.get() is not None:
        raise NotAllowed("这份接口凭证只有选定的权限，不能办要排队的任务；请改用“读取和办理”的凭证，或由本人在网页上办")
    job = Job(
        kind=kind, parameters=json.dumps(parameters, ensure_ascii=False), asked_by=asked_by, asked_at=datetime.now(UTC)
    )
    session.add(job)
    session.flush()
    return job.id


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
                _interrupted(job)
        session.flush()
        running = session.scalar(select(func.count()).select_from(Job).where(Job.state == RUNNING)) or 0
        first = session.scalars(select(Job).where(Job.state == WAITING).order_by(Job.id).limit(1)).first()
        if first is None or running >= AT_ONCE:
            return None
        first.state, first.pid = RUNNING, os.getpid()
        return first.id


def _interrupted(job: Job) -> None:
    """A job whose process ended in the middle of it waits again, a few times."""
    told = json.loads(job.parameters)
    told["_tries"] = told.get("_tries", 0) + 1
    job.parameters = json.dumps(told, ensure_ascii=False)
    if told["_tries"] < MOST_TRIES:
        job.state = WAITING
        return
    job.state, job.ended_at = FAILED, datetime.now(UTC)
    job.message = f"办了 {MOST_TRIES} 次都在中途停下（可能内存不足或服务器重启），请缩小范围再试，或请系统管理员查看"


def wake() -> None:
    """Start a process when something waits that nobody is doing: after the server was stopped and started again."""
    with store.snapshot() as session:
        states = session.execute(select(Job.state, Job.pid).where(Job.state.in_((WAITING, RUNNING)))).all()
    idle = any(state == RUNNING and not _lives(pid) for state, pid in states)
    if idle or (states and all(state == WAITING for state, _ in states)):
        start()


def again(session: Session, number: int) -> None:
    """Put a job that failed, or left something undone, back into the queue; `start` comes after it. Raises DomainError."""
    job = session.get_one(Job, number)
    if job.state not in (FAILED, DONE):
        raise DomainError("这项任务正在排队或办理，不用重办")
    told = json.loads(job.parameters)
    told.pop("_tries", None)
    job.parameters = json.dumps(told, ensure_ascii=False)
    job.state, job.pid, job.done, job.message, job.ended_at = WAITING, None, 0, "", None


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

    parameters.pop("_tries", None)
    told_at = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal told_at
        if done >= total or time.monotonic() - told_at >= TELL_SECONDS:
            told_at = time.monotonic()
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
