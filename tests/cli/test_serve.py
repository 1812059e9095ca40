"""fundsys serve: answers while others dawdle, stops when told, refuses in a sentence."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Served, environment, fundsys, serving

SILENT_BROWSERS = 12
STOP_SECONDS = 10
ENDLESS = (
    b"POST /people/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname="
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    env = environment(tmp_path_factory.mktemp("served") / "instance")
    made = fundsys("init", env=env)
    assert made.returncode == 0, made.stderr
    return env


@pytest.fixture
def served(county: dict[str, str]) -> Iterator[Served]:
    with serving(county, "--workers", "2") as served:
        yield served


def test_the_first_page_is_served_and_the_terminal_names_the_address(served: Served) -> None:
    status, page = served.get("/")
    assert status == 200
    assert 'lang="zh-CN"' in page
    assert f"请在浏览器中打开 {served.url}/" in served.log.read_text("utf-8")


def test_browsers_that_open_connections_and_say_nothing_hold_nobody_up(served: Served) -> None:
    silent = [socket.create_connection(("127.0.0.1", served.port)) for _ in range(SILENT_BROWSERS)]
    try:
        # two workers that waited for silent connections would not answer within this time
        assert all(served.get("/", timeout=5)[0] == 200 for _ in range(4))
    finally:
        for connection in silent:
            connection.close()


def test_a_stop_signal_ends_the_server_within_ten_seconds_though_a_request_never_ends(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port)) as endless:
        endless.sendall(ENDLESS)
        endless.settimeout(1)
        with pytest.raises(TimeoutError):
            endless.recv(1)  # a worker is waiting for the rest of this form
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(STOP_SECONDS + 2) == 0
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", served.port), timeout=1)


def test_a_taken_port_is_refused_with_a_sentence_that_says_what_to_do(county: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = fundsys("serve", "--port", str(port), env=county)
    assert refused.returncode == 1
    assert f"不能在 127.0.0.1:{port} 上启动服务" in refused.stderr
    assert "换一个端口" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_port_that_is_no_port_is_wrong_usage(county: dict[str, str]) -> None:
    assert fundsys("serve", "--port", "70000", env=county).returncode == 2


def test_a_newcomer_is_served_a_whole_demo_county_and_keeps_it(tmp_path: Path) -> None:
    env = environment(tmp_path / "instance")
    with serving(env, "--with-demo") as first:
        assert first.get("/")[0] == 200
        told = first.log.read_text("utf-8")
    assert "已装入演示县" in told
    assert "密码只显示这一次" in told
    with serving(env, "--with-demo") as second:
        assert second.get("/")[0] == 200
        told = second.log.read_text("utf-8")
    assert "数据库里已经有数据" in told
    assert "密码" not in told
