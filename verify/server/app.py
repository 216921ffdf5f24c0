"""The application: the files of a site, ``POST /check`` and ``GET /health``; every error is a JSON document."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from verify.errors import UnknownName
from verify.server.limits import Limits, TokenBuckets
from verify.server.workers import Busy, Workers

HOSTS = ("127.0.0.1", "localhost", "::1")
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",  # typeset formulas place their parts by style attributes
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",  # the search of the site is a form
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
BOXES = "_static/answer_box/boxes.js"
OFFER = "window.proofsetBoxes.server = true;\n"
"""What the script of a page's boxes says in addition, where the server judges."""


def application(site: Path | None, answers: Mapping[str, Mapping[str, Any]], limits: Limits | None = None) -> Starlette:
    """The application that serves a folder, or nothing but checks.

    - `answers`: part -> what `to_json` of its answer wrote.
    """
    service = _Service(Workers(answers), limits or Limits(), site)
    routes: list[BaseRoute] = [
        Route("/check", service.check, methods=["POST"]),
        Route("/health", service.health, methods=["GET"]),
    ]
    if site is not None:
        routes += [Route(f"/{BOXES}", service.boxes), Mount("/", StaticFiles(directory=site, html=True))]
    return Starlette(
        routes=routes,
        lifespan=service.lifespan,
        middleware=[Middleware(LoopbackOnly)],
        exception_handlers={HTTPException: _told, Exception: _failed},
    )


class _Service:
    """What the routes share."""

    def __init__(self, workers: Workers, limits: Limits, site: Path | None) -> None:
        self.workers, self.limits, self.site = workers, limits, site
        self.buckets = TokenBuckets(limits)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self.workers.start()
        try:
            yield
        finally:
            await self.workers.stop()

    async def health(self, _: Request) -> Response:
        under_way = self.workers.under_way
        return _json({"service": "proofset", "parts": len(self.workers.answers), "under_way": under_way})

    async def boxes(self, _: Request) -> Response:
        assert self.site is not None
        path = self.site / BOXES
        if not path.is_file():
            raise HTTPException(404)
        return Response(path.read_text(encoding="utf-8") + OFFER, media_type="text/javascript")

    async def check(self, request: Request) -> Response:
        start = perf_counter()
        wait = self.buckets.take(request.client.host if request.client else "")
        if wait:
            raise HTTPException(429, "too many checks; send the answer again later", {"Retry-After": str(wait)})
        part, response = await self._question(request)
        if part not in self.workers.answers:
            raise HTTPException(404, str(UnknownName("part that can be judged here", part, self.workers.answers)))
        try:
            evidence = await self.workers.check(part, response)
        except Busy as error:
            raise HTTPException(503, str(error), {"Retry-After": "2"}) from error
        return _json(replace(evidence, seconds=perf_counter() - start).to_json())

    async def _question(self, request: Request) -> tuple[str, str]:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "the content type must be application/json")
        try:
            async with asyncio.timeout(self.limits.receiving):
                body = await _body(request, self.limits.body)
        except TimeoutError as error:
            raise HTTPException(408, f"the request did not arrive within {self.limits.receiving:g} s") from error
        except ClientDisconnect as error:
            raise HTTPException(400, "the client left") from error
        try:
            question = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise HTTPException(400, "the body is not JSON") from error
        part, response = (question.get(name) if isinstance(question, dict) else None for name in ("part", "response"))
        if not isinstance(part, str) or not isinstance(response, str):
            raise HTTPException(400, 'the body must be {"part": "problem/part", "response": "text"}, both texts')
        return part, response


async def _body(request: Request, longest: int) -> bytes:
    body = bytearray()
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > longest:
        raise HTTPException(413, f"the body is longer than {longest:,} bytes")
    async for piece in request.stream():
        body += piece
        if len(body) > longest:
            raise HTTPException(413, f"the body is longer than {longest:,} bytes")
    return bytes(body)


class LoopbackOnly:
    """Answers only requests that name this machine, so that no other site can reach it by a name of its own.

    Adds the headers that every answer has.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                hashed = scope["path"].startswith("/_static/pyodide/")  # the names change with what they hold
                headers["Cache-Control"] = "max-age=31536000, immutable" if hashed else "no-cache"
            await send(message)

        refusal = _refusal(Headers(scope=scope))
        await (refusal or self.app)(scope, receive, send_with_headers)


def _refusal(headers: Headers) -> Response | None:
    if _host(headers.get("host", "")) not in HOSTS:
        return _json({"error": "this server answers to 127.0.0.1 and localhost only"}, 421)
    origin = headers.get("origin")
    if origin is not None and _host(origin.partition("://")[2]) not in HOSTS:
        return _json({"error": "another site may not ask this server"}, 403)
    return None


def _host(text: str) -> str:
    try:
        return urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return ""


def _json(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    # Escapes for all but ASCII: a response may hold half a surrogate pair, which UTF-8 has no form for.
    return Response(json.dumps(document, allow_nan=False), status, headers, "application/json")


async def _told(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json({"error": error.detail}, error.status_code, error.headers)


async def _failed(_: Request, error: Exception) -> Response:
    return _json({"error": f"an error in this program ({type(error).__name__}); please report it"}, 500)
