"""What ``jieti up`` does: a Prefect server of the data folder's own, and the runs that it schedules, for as long as
this process lives.

The log is the truth, not Prefect: whatever was missed while nobody was up, the next sweep does.  A server that is
lost is started again, at the same address, and runs that were under way go on.  Killed in any way, this process
leaves nothing behind: its runs are threads of it, its server leaves when nobody holds its lock.

Prefect is imported while the server starts, not before.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.district import District
from engine.running import keeping
from engine.running.every import Every
from engine.running.keeping import SWEEP, Last, Post, Status
from engine.running.prefect_home import PortTaken, PrefectServer, PrefectUnavailable, prefect_server
from engine.running.prefect_settings import Kind, full

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

    from engine.orchestration.deployments import Deployments
    from engine.orchestration.quiet import Living
    from engine.orchestration.runner import Runner

GLANCE = 2.0
"""Seconds between two looks for work that nobody announced: the schedule's, or somebody's at the dashboard."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a server that was lost is started again; twice as long after every failure."""
PATIENCE = 10.0
"""Seconds that runs get to end after the chunks that they are at."""
TIDY = 60.0
"""Seconds after which the runs of processes that died are looked for again."""
LONGEST_SILENCE = 60.0
"""Seconds in which a server that lives must have answered; else it is ended, and started again."""
LOG_BYTES, LOGS = 1_000_000, 5

Say = Callable[[str, str], None]
"""Told what happens, in Chinese and in English."""


def keep_up(
    folder: Path, every: Every, *, say: Say, port: int = 0, ui: bool = False, lang: Literal["zh", "en"] = "zh"
) -> None:
    """Keep a data folder moving until a signal asks to leave; what happens is said, and kept in ``prefect/up.log``.

    Raises NotADistrict, UpAlready, PortTaken, and PrefectUnavailable where the server never came up.
    """
    with District.open(folder) as district:
        zone = district.settings.time_zone
    status = Status(pid=os.getpid(), since=_now(), schedule=str(every))
    with keeping.post(folder, status) as post, _logged(post.home, lang, say) as telling:
        _Keeper(folder, every, zone, full(port, ui=ui), lang, post, telling).run()


class _Keeper:
    """One ``jieti up``: server after server, as they are lost, and the runner that outlives them."""

    def __init__(
        self, folder: Path, every: Every, zone: str, kind: Kind, lang: Literal["zh", "en"], post: Post, say: Say
    ) -> None:
        self._folder, self._every, self._zone, self._lang = folder, every, zone, lang
        self._asked = self._kind = kind
        self._post, self._say = post, say
        self._ended = deque[Last]()
        """Runs that ended, told by their threads."""

    def run(self) -> None:
        """Until a signal asks to leave."""
        wait, came_up = FIRST_WAIT, False
        self._say(f"启动:{self._every.zh}清查一次", f"starting; a sweep {self._every.en}")
        while not self._post.leaving:
            try:
                with prefect_server(self._folder, self._kind, meanwhile=self._load) as server:
                    wait, came_up = FIRST_WAIT, True
                    self._kind = replace(self._kind, port=server.port)  # the address stays, whatever happens to it
                    self._serve(server)
            except (PrefectUnavailable, PortTaken) as lost:
                if not came_up:
                    raise
                self._kind = self._asked if isinstance(lost, PortTaken) else self._kind
                self._post.update(state="server lost", restarts=self._post.status.restarts + 1, next=None)
                why = lost.why if isinstance(lost, PrefectUnavailable) else lost.en
                self._say(f"Prefect 服务中断({why}),{wait:.0f} 秒后重启", f"server lost ({why}): again in {wait:.0f} s")
                self._post.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT)
        self._say("已停止", "stopped")

    def _load(self) -> None:
        """Import what takes a while; while the server starts."""
        from engine.orchestration.quiet import load

        load(self._post.home)
        import engine.orchestration.runner  # noqa: F401

    @cached_property
    def _runner(self) -> Runner:
        from engine.orchestration.runner import Runner

        def ended(last: Last) -> None:
            self._ended.append(last)
            self._post.ring()

        return Runner(self._folder, self._lang, ended)

    @cached_property
    def _living(self) -> Living:
        from engine.orchestration.quiet import Living

        return Living(self._post.home)

    def _serve(self, server: PrefectServer) -> None:
        """Take up what is due until asked to leave; PrefectUnavailable if the server is lost."""
        from prefect import get_client

        from engine.orchestration.deployments import Deployments
        from engine.orchestration.quiet import client_of, impatient, send_what_is_left

        with client_of(server):
            context = copy_context()  # of the runs: they wait for a server that is started again
            with get_client(sync_client=True) as client:
                try:
                    deployments = Deployments(client, self._every, self._zone)
                    client.create_flow_run_from_deployment(deployments.sweep)  # what fell due while nobody was up
                except Exception as error:
                    raise _lost(server, error) from error
                self._is_up(server, str(deployments.advance))
                with impatient():
                    self._look_until_lost(server, client, deployments, context)
            self._post.update(state="stopping")
            if not self._runner.stop(PATIENCE):
                self._say("有一步仍在办,留给下一次", "a step is still under way: it is left to the next run")
            send_what_is_left()

    def _is_up(self, server: PrefectServer, advance: str) -> None:
        root = server.api.removesuffix("/api")
        dashboard = root if dict(server.kind.settings)["PREFECT_SERVER_UI_ENABLED"] == "true" else None
        self._post.update(state="running", api=server.api, dashboard=dashboard, advance=advance)
        self._say(
            f"Prefect 服务 {server.api}" + (f",仪表板 {dashboard}" if dashboard else ""),
            f"Prefect server {server.api}" + (f", dashboard {dashboard}" if dashboard else ""),
        )

    def _look_until_lost(
        self, server: PrefectServer, client: SyncPrefectClient, deployments: Deployments, context: Context
    ) -> None:
        """Look for work again and again, until asked to leave."""
        looked_after, failing_since = -math.inf, math.inf
        while not self._post.leaving:
            now = time.monotonic()
            try:
                if now - looked_after > TIDY and not self._runner.running:
                    self._living.close_the_dead()
                    looked_after = now
                self._runner.take_up(client, deployments, context)
                self._tell(deployments)
                failing_since = math.inf
            except Exception as error:
                if failing_since == math.inf:
                    kind = type(error).__name__
                    self._say(f"Prefect 服务没有应答({kind}),再试", f"no answer from the server ({kind}): trying again")
                failing_since = min(failing_since, now)
                if now - failing_since > LONGEST_SILENCE:
                    server.end()
                if not server.alive():
                    raise _lost(server, error) from error
            self._post.wait(GLANCE if self._post.status.next else FIRST_WAIT)
            if not server.alive() and not self._post.leaving:
                raise _lost(server, None)

    def _tell(self, deployments: Deployments) -> None:
        """How it is now: the runs that ended, those under way, the next one."""
        while self._ended:
            last = self._ended.popleft()
            changes = {"last": last, "last_sweep": last} if last.flow == SWEEP else {"last": last}
            self._post.update(under_way=self._runner.running, next=None, **changes)
            line = f"{last.flow} {last.name}: {last.outcome} {last.said}"
            self._say(line, line)
        following = self._post.status.next
        if following is None or following <= _now():
            found = deployments.next_sweep()
            following = found.astimezone(UTC).isoformat(timespec="seconds") if found else None
        if (following, self._runner.running) != (self._post.status.next, self._post.status.under_way):
            self._post.update(next=following, under_way=self._runner.running)


def _lost(server: PrefectServer, error: Exception | None) -> PrefectUnavailable:
    kind = type(error).__name__ if error else "it ended"
    return PrefectUnavailable(server.home, "与它的连接中断", f"the connection to it broke ({kind})", server.kind)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _logged(home: Path, lang: Literal["zh", "en"], say: Say) -> Iterator[Say]:
    """Say it, and keep it in the data folder's log of what happened: a few files, of limited size."""
    kept = RotatingFileHandler(home / "up.log", maxBytes=LOG_BYTES, backupCount=LOGS, encoding="utf-8", delay=True)
    kept.setFormatter(logging.Formatter("%(asctime)s %(message)s"))

    def telling(zh: str, en: str) -> None:
        line = zh if lang == "zh" else en
        kept.handle(logging.makeLogRecord({"msg": "%s", "args": (line,), "levelno": logging.INFO}))
        say(zh, en)

    try:
        yield telling
    finally:
        kept.close()
