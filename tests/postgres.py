"""A real PostgreSQL server for the tests: Debian's programs, a socket of its own, gone when the tests end."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

# Durability is not what these tests ask of PostgreSQL; the tests that do start a server of their own.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
# A proof of thousands of acts needs what every county's server does: statistics that follow the tables as they grow.
LASTING = QUICK | {"autovacuum": "on", "autovacuum_naptime": "5s"}
ALWAYS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "client_min_messages": "warning",
}
START_SECONDS, AN_HOUR = 60, 3600
ROOM = 2 << 30
"""Bytes that must be free in memory for a server's files to go there."""
PR_SET_PDEATHSIG = 1


def programs() -> Path:
    """Where initdb and postgres are; Debian keeps them off the PATH."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda each: int(each.parts[4]))
    if not versions:
        raise RuntimeError("没有找到 PostgreSQL 服务器程序，请执行 ./test，它会装好需要的软件包")
    return versions[-1].parent


def account() -> str | None:
    """The account the server runs under: PostgreSQL refuses root, so root lends it to `postgres`."""
    return "postgres" if os.geteuid() == 0 else None


def in_memory() -> Path | None:
    """Where files are made without a disk, if there is room: a county's database is 700 files, made anew for every test."""
    there = Path("/dev/shm")
    roomy = there.is_dir() and os.access(there, os.W_OK) and shutil.disk_usage(there).free > ROOM
    return there if roomy else None


def _tidy_up() -> None:
    """Remove from memory what a killed run left there: its server has died with it."""
    for folder in Path("/dev/shm").glob("fundsys-pg-*"):
        try:
            written = (
                (folder / "data" / "postmaster.pid").read_text().split("\n")[0].lstrip("-")
            )  # initdb's own: negative
        except OSError:  # it stopped in order hours ago, or another run is just making it
            written = "none" if time.time() - folder.stat().st_mtime > AN_HOUR else "self"
        if not Path(f"/proc/{written}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _die_with_parent() -> None:
    """Runs in the child: a killed test run leaves no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class PostgresServer:
    """One server in a folder of its own; `create` gives empty databases."""

    def __init__(self, settings: dict[str, str] = QUICK) -> None:
        self.settings = ALWAYS | settings
        _tidy_up()
        self.folder = Path(
            tempfile.mkdtemp(prefix="fundsys-pg-", dir=in_memory() if settings in (QUICK, LASTING) else None)
        )
        self.user = account() or pwd.getpwuid(os.geteuid()).pw_name
        self.process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        if account():
            shutil.chown(self.folder, self.user)
        try:
            self._run("initdb", "-D", self._data, "-U", self.user, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
            self.start()
        except BaseException:
            self.destroy()
            raise

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def _log(self) -> Path:
        return self.folder / "log"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(programs() / program), *arguments]
        done = subprocess.run(command, user=account(), cwd="/", capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} 失败：{done.stdout}{done.stderr}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs() / "postgres"), "-D", self._data, "-k", str(self.folder), *options]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, user=account(), cwd="/", stdout=log, stderr=log, preexec_fn=_die_with_parent
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL 没有启动：{self._log.read_text()}") from None
                time.sleep(0.05)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends sessions in order, SIGKILL is a power cut."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(sign)
            self.process.wait(30)

    def destroy(self) -> None:
        """Stop the server and remove its folder."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one database."""
        return f"postgresql+psycopg://{self.user}@/{database}?host={quote(str(self.folder), safe='')}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection outside the program, as an administrator would open it."""
        return psycopg.connect(host=str(self.folder), user=self.user, dbname=database, autocommit=True)

    def create(self, template: str = "template0") -> str:
        """A fresh database, empty or a copy of `template` (a database name); answers its address."""
        name = f"county_{os.getpid()}_{next(self._numbers)}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Throw a database away, open connections included."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database_name(url)}" WITH (FORCE)')


class BorrowedServer(PostgresServer):
    """A server that is already there (FUNDSYS_TEST_PG_URL); only its databases are ours."""

    def __init__(self, url: str) -> None:
        self.given = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self.process = None
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one database of the borrowed server."""
        given = psycopg.conninfo.conninfo_to_dict(self.given) | {"dbname": database}
        user = quote(str(given.get("user", "")), safe="")
        secret = f":{quote(str(given['password']), safe='')}" if "password" in given else ""
        host, port = quote(str(given.get("host", "")), safe=""), given.get("port", 5432)
        return f"postgresql+psycopg://{user}{secret}@/{database}?host={host}&port={port}"

    def connect(self, database: str = "") -> psycopg.Connection:
        """A connection to the borrowed server."""
        options = {"dbname": database} if database else {}
        return psycopg.connect(self.given, autocommit=True, **options)

    def destroy(self) -> None:
        """Leave the server as it was."""


def database_name(url: str) -> str:
    """The database an address names."""
    return url.split("?", 1)[0].rsplit("/", 1)[1]


def start_server(full: bool = False) -> PostgresServer:
    """The server of this run: the one given by FUNDSYS_TEST_PG_URL, or one of our own. full: for proofs at full size."""
    given = os.environ.get("FUNDSYS_TEST_PG_URL")
    return BorrowedServer(given) if given else PostgresServer(LASTING if full else QUICK)
