"""The system as the office runs it: the `fundsys` command, and a server of its own on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

COMMAND = Path(sys.executable).parent / "fundsys"
START_SECONDS = 180


def environment(instance: Path, database_url: str | None = None, **more: str) -> dict[str, str]:
    """The environment of a county of its own; nothing of the person's own FUNDSYS_* settings gets in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FUNDSYS_", "PYTHON"))}
    ours = {"FUNDSYS_INSTANCE": str(instance)} | ({"FUNDSYS_DATABASE_URL": database_url} if database_url else {})
    return kept | ours | more


def fundsys(
    *arguments: str, env: Mapping[str, str], command: Path = COMMAND, cwd: Path | None = None, timeout: int = 300
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end, as a person at the terminal would, without a keyboard."""
    return subprocess.run(
        [str(command), *arguments],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Served:
    """A running server: its address and its process."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str = "/", timeout: float = 20) -> tuple[int, str]:
        """Status and text of a page, redirects followed."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()


@contextmanager
def serving(
    env: Mapping[str, str], *arguments: str, command: Path = COMMAND, cwd: Path | None = None
) -> Iterator[Served]:
    """`fundsys serve` on a free port until the block ends."""
    port = free_port()
    log = Path(env["FUNDSYS_INSTANCE"]) / f"serve-{port}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(command), "serve", "--port", str(port), *arguments],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        _wait_until_it_listens(process, port, log)
        yield Served(f"http://127.0.0.1:{port}", port, process, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"服务没有启动：{log.read_text('utf-8', 'replace')}") from None
            time.sleep(0.05)
