"""The application that our Prefect servers run: Prefect's own, with transactions that wait for their turn.

In SQLite a transaction that begins by reading and then writes fails at once if somebody wrote in between, however
long it would be ready to wait.  Prefect answers that with 503, and its client asks again two seconds later: with a
few task runs at the same time every other run of ours met it.  A transaction that begins by asking for the writer's
place waits instead, for milliseconds.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import FastAPI
from prefect.server.api.server import create_app as prefects
from prefect.server.database.configurations import AioSqliteConfiguration

_begin = AioSqliteConfiguration.begin_transaction


def _begin_as_writer(
    self: AioSqliteConfiguration, session: Any, with_for_update: bool = False
) -> AbstractAsyncContextManager[Any]:
    del with_for_update
    return _begin(self, session, with_for_update=True)


def create_app() -> FastAPI:
    """For uvicorn."""
    AioSqliteConfiguration.begin_transaction = _begin_as_writer
    app: FastAPI = prefects()
    return app
