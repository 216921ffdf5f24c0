"""Running the server until it is asked to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from verify.errors import VerifyError

HOST = "127.0.0.1"
STOPPING = 10  # seconds that requests under way may still take


def serve(site: Path | None, answers: Mapping[str, Mapping[str, Any]], port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called with the address.  Port 0 takes any that is free.

    Requests under way are answered before it ends.  Raises `VerifyError` where the port is taken, or the packages of
    the extra ``serve`` are missing.
    """
    try:
        import uvicorn

        from verify.server.app import application
    except ImportError as error:
        raise VerifyError(
            f'serving needs {error.name}, which is not installed: pip install "proofset[serve]"'
        ) from error
    listening = _listening(port)
    config = uvicorn.Config(
        application(site, answers),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=STOPPING,
    )
    # uvicorn ends as asked and then raises the signal again, for whoever handled it before: that is here.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    ready(f"http://{HOST}:{listening.getsockname()[1]}/")
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _listening(port: int) -> socket.socket:
    # asyncio sends at once only through sockets that name their protocol; otherwise every answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise VerifyError(
            f"port {port} cannot be used ({error.strerror}); choose another: verify serve --port 0"
        ) from error
    return listening
