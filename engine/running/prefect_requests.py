"""Asking a Prefect server of ours without Prefect: its import costs more than the whole of a triggered advance."""

from __future__ import annotations

import http.client
import json
import re
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit


class Unanswered(Exception):
    """The server did not answer, or not as it should."""


class Requests:
    """Requests to one server, over one connection."""

    def __init__(self, api: str, *, timeout: float = 10.0) -> None:
        place = urlsplit(api)
        self._path = place.path.rstrip("/")
        self._connection = http.client.HTTPConnection(place.hostname or "127.0.0.1", place.port, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, path: str) -> Any:
        """What stands there; Unanswered where nothing does."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: object) -> Any:
        """What came of it."""
        return self._ask("POST", path, json.dumps(body).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        try:
            self._connection.request(method, self._path + path, body, {"Content-Type": "application/json"})
            answer = self._connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered(f"{method} {path}: {error}") from error
        if answer.status >= 300:
            raise Unanswered(f"{method} {path}: {answer.status}")
        return json.loads(told) if told else None


def healthy(api: str) -> bool:
    """Whether a server answers."""
    try:
        with Requests(api, timeout=3.0) as server:
            return server.get("/health") is True
    except Unanswered:
        return False


def artifact_key(what: str, of: str) -> str:
    """An artifact's key such as Prefect allows: small letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", f"{what}-{of}".lower()).strip("-")
