"""The worker of fundsys serve: one request at a time, and no patience with connections that say nothing."""

from __future__ import annotations

import select
import socket
from typing import Any

from gunicorn.workers.sync import SyncWorker

FIRST_BYTE_SECONDS = 0.05  # the kernel has already waited for it: TCP_DEFER_ACCEPT in serve.py
HEAD_SECONDS = 10


class PatientWorker(SyncWorker):
    """A sync worker that an idle connection cannot hold up.

    Browsers open connections in advance and leave them silent; a worker that waits for one of them serves nobody else.
    """

    def handle(self, listener: Any, client: socket.socket, addr: Any) -> None:
        """Serve one connection; one that stays silent is closed, and the browser opens another when it needs it."""
        if not select.select([client], [], [], FIRST_BYTE_SECONDS)[0]:
            client.close()
            return
        client.settimeout(HEAD_SECONDS)
        super().handle(listener, client, addr)

    def handle_request(self, listener: Any, req: Any, client: socket.socket, addr: Any) -> None:
        """Answer a request whose head has arrived; slow lines may take their time for bodies and answers."""
        client.settimeout(self.timeout * 2)  # gunicorn gives timeout / 2 to its workers
        super().handle_request(listener, req, client, addr)
