"""fundsys serve: the production server, gunicorn inside this very process."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from fundsys.domain.errors import DomainError, Unavailable

REQUEST_SECONDS = 60
STOP_SECONDS = 8
SPEAK_SECONDS = 10
ADDRESS_HELP = "监听的地址；供其他电脑访问时写本机地址或 0.0.0.0"


@click.command("serve", help="启动正式服务，按 Ctrl+C 停止。")
@click.option("--host", default="127.0.0.1", show_default=True, help=ADDRESS_HELP)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="端口")
@click.option("--workers", type=click.IntRange(1, 64), help="工作进程数；默认等于处理器核数，至少 2 个")
@click.option("--with-demo", is_flag=True, help="启动前先建立或升级数据库，空的就装入演示县")
@click.option("--county", metavar="县代码", help="办理哪个县（六位代码）；只有一个县时不用写")
def serve(host: str, port: int, workers: int | None, with_demo: bool, county: str | None) -> None:
    """Serve until told to stop; refuses with a sentence when the address cannot be had."""
    if sys.platform == "win32":
        raise Unavailable("Windows 上不能运行正式服务，请在 Debian 服务器上执行本命令。")
    refuse_taken(host, port)
    if with_demo:
        make_ready(county)
    server(host, port, workers or default_workers(), county).run()


def make_ready(county: str | None) -> None:
    """What a newcomer needs: a database of this version and, when it is empty, the demo county.

    In this very process, so that ./run loads the program once; one process at a time.
    """
    import fcntl

    from fundsys import config
    from fundsys.cli.demo import demo
    from fundsys.cli.init import init

    instance = config.load().instance
    instance.mkdir(parents=True, exist_ok=True)
    with (instance / ".ready.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        context = click.get_current_context()
        context.invoke(init, county=county)
        context.invoke(demo, if_empty=True, county=county)


def default_workers() -> int:
    """As many processes as cores, two at least, so that one slow page does not stop everybody."""
    return max(2, len(os.sched_getaffinity(0)))


def refuse_taken(host: str, port: int) -> None:
    """Say at once, and in words, that an address is taken or is not ours.

    Raises: Unavailable, with what to do about it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unavailable(
                f"不能在 {host}:{port} 上启动服务（{error.strerror}）。"
                f"请先停止占用该端口的程序，或者换一个端口，例如 --port {port % 65535 + 1}。"
            ) from error


def server(host: str, port: int, workers: int, county: str | None = None) -> Any:
    """The gunicorn application, not yet running."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        """gunicorn with our settings and our application; it reads no file and no argument of its own."""

        def load_config(self) -> None:
            for name, value in settings(host, port, workers).items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            from fundsys import create_app
            from fundsys.services import incoming

            app = create_app({"county": county} if county else None)
            incoming.sweep(0)
            wake_jobs()
            return app

    return Server()


def wake_jobs() -> None:
    """What was waiting when the server stopped, or broke off with it, is taken up again."""
    from sqlalchemy.exc import SQLAlchemyError

    from fundsys import store
    from fundsys.services import jobs

    with suppress(
        SQLAlchemyError, DomainError
    ):  # a database that is not there yet must not keep the server from starting
        for code in store.counties():
            with store.in_county(code), suppress(SQLAlchemyError, DomainError):
                jobs.wake()


def settings(host: str, port: int, workers: int) -> dict[str, Any]:
    """What gunicorn is told."""
    return {
        "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
        "workers": workers,
        "worker_class": "fundsys.cli.worker.PatientWorker",
        "preload_app": True,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        "limit_request_line": 8190,
        "limit_request_fields": 60,
        "loglevel": "warning",
        "proc_name": "fundsys",
        "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
        "control_socket_disable": True,
        "when_ready": announce,
        "pre_fork": settle,
        "post_fork": begin_worker,
    }


def announce(arbiter: Any) -> None:
    """Tell the person at the terminal which address to open."""
    for listener in arbiter.LISTENERS:
        # a connection is handed over once it has said something: an idle one of a browser holds nobody up
        listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SPEAK_SECONDS)
        host, port = listener.sock.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        print(f"系统已启动，请在浏览器中打开 http://{shown}:{port}/ （按 Ctrl+C 停止）", flush=True)


def settle(arbiter: Any, worker: Any) -> None:
    """Before the first fork: close the databases, and put what is loaded beyond the collector's reach.

    The workers then share the pages of what is loaded, and no database connection.
    """
    if not gc.get_freeze_count():
        from fundsys import store

        store.close()
        gc.collect()
        gc.freeze()


def begin_worker(arbiter: Any, worker: Any) -> None:
    """In a new worker: no connection of the parent is used again, and the collector runs less often."""
    from fundsys import store

    store.after_fork()
    gc.set_threshold(10_000, 20, 20)
