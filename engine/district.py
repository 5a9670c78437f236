"""One open data folder: the only place where log, vault, projections and columns are wired together.

jieti.toml   where things are          keys/     vault.key, index.key: keep copies elsewhere
log.db       the log, the projections  columns/  evidence as integers, made again when missing
vault.db     a key per owner           prefect/  Prefect's home, made again when missing
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DatabaseError, NoResultFound

from engine import evidence_columns
from engine.backups.scratch import forget
from engine.bulk import Bulk
from engine.collecting import old_left_alone
from engine.folder import CONFIG, DRAFT, MASTER_KEY, NEW, NotADistrict, claim, places_in
from engine.handle import Handler, Watch
from engine.pace import Behind
from engine.people import erasing, names
from engine.projections.projector import Projector, is_current, reached
from engine.recording import Recording
from engine.tables import case_table, unit_table
from engine.worlds import worlds
from engine.worlds.folded import Folded
from engine.writer import Writer
from events.cipher import Hashing
from events.envelope import Recorded
from events.facts import Catalogue, CycleOpened, Settings
from events.faults import fault
from events.files import on_disk, own_file, put
from events.key_files import read_key, write_key
from events.log import Log
from events.masters import open_vault
from events.tables import SCHEMA, event_table, insert_rows, metadata, open_store, store_table
from events.vault import Vault
from ladders.evidence.columns import Columns
from ladders.reading.loading import load_catalogue, shipped
from workflows import cycle as cycles
from workflows import district as districts
from workflows.commands import Answer, Asking, Command, Held, OpenDistrict
from workflows.deciding import fold

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit of a UUID that holds its variant, for the digit that was drawn.  Ids are put together by hand: Python's own
class knows no version 8 before 3.14."""


@cache
def default_catalogue() -> Catalogue:
    """The evidence catalogue that we ship."""
    return load_catalogue(shipped("catalogue.yaml"), "catalogue.yaml")


class District:
    """An open data folder.  Safe to use from several threads; a connection is taken per use."""

    def __init__(self, folder: Path, places: dict[str, str]) -> None:
        self.folder = folder
        self.places = {name: folder / place for name, place in places.items()}
        self.keys = self.places["keys"]
        self._index = Hashing(read_key(self.keys / "index.key"))
        self.vault = open_vault(self.places["vault"], self.keys / MASTER_KEY)
        self._engine = open_store(self.places["log"])
        self._columns_folder = self.places["columns"]
        self.log = Log(self._engine, self.vault)
        self.ladders = worlds.LadderLibrary(self.log)
        self.sources = worlds.Sources(
            self.log, self.tag, self._open_field, lambda cast: names.ballot(self.vault, cast), self.ladders
        )
        self.projector = Projector(self.log, self.tag, self._open_field)
        self._lock = threading.Lock()
        self._columns: Columns | None = None
        self._state: districts.District | None = None
        folded = Folded(self.log)
        recording = Recording(self.log, self.projector, self.sources, folded)
        self.handler = Handler(self.log, self.projector, self.sources, self._clock, self._zone, folded, recording)

    # ------------------------------------------------------------------------------------------ making and opening

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        asking: Asking,
        *,
        simulated_clock: datetime | None = None,
        settings: Settings | None = None,
        catalogue: Catalogue | None = None,
    ) -> District:
        """Make a data folder; NotADistrict if there is one, what was half made by a killed one is made anew."""
        places = dict(NEW)
        claim(folder, places)
        (folder / places["keys"]).mkdir(mode=0o700)
        for key in (MASTER_KEY, "index.key"):
            write_key(folder / places["keys"] / key)
        Vault.create(folder / places["vault"], folder / places["keys"] / MASTER_KEY).close()
        own_file(folder / places["log"])
        engine = open_store(folder / places["log"])
        metadata.create_all(engine)
        engine.dispose()
        district = cls(folder, places)
        try:
            with district.log.writing() as connection:
                insert_rows(connection, store_table, [(SCHEMA,)])
                district.projector.create(connection)
            district.handle(
                OpenDistrict(
                    id=district.command_id(),
                    asking=asking,
                    name=name,
                    simulated_clock=simulated_clock,
                    settings=settings or Settings(),
                    catalogue=catalogue or default_catalogue(),
                )
            )
        except BaseException:
            district.close()
            raise
        for place in places.values():
            if (folder / place).exists():
                on_disk(folder / place)
        put(folder / DRAFT, folder / CONFIG)
        return district

    @classmethod
    def open(cls, folder: Path) -> District:
        """Open a data folder; NotADistrict if it is none, or one of another version."""
        places = places_in(folder)
        district = cls(folder, places)
        try:
            district._look_over(places)
        except BaseException:
            district.close()
            raise
        return district

    def _look_over(self, places: dict[str, str]) -> None:
        """NotADistrict unless log and vault are ours and of our format."""
        part = places["log"]
        try:
            with self.log.reading() as connection:
                schema = connection.execute(select(store_table.c.schema)).scalar_one()
            part = places["vault"]
            self.vault.load(["-"])
        except (DatabaseError, NoResultFound, UnicodeDecodeError) as error:
            if fault(error) not in (None, "damaged"):
                raise  # it is the machine's: a backup would not mend it
            raise NotADistrict(
                f"{part} 不是 jieti 的文件或已损坏;请从备份恢复",
                f"{part} is not a file of jieti, or is damaged: restore it from a backup",
            ) from error
        if schema != SCHEMA:
            raise NotADistrict(
                f"这个数据文件夹的格式号是 {schema},本程序认得 {SCHEMA};请安装与它相配的 jieti",
                f"this data folder has format {schema}, this program knows {SCHEMA}: install the jieti that made it",
            )
        with self.log.reading() as connection:
            current = is_current(connection)
        if not current:
            self.rebuild()
        forget(self.folder)
        erasing.carry_out(self)

    def close(self) -> None:
        """Let go of the files."""
        self._engine.dispose()
        self.vault.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -------------------------------------------------------------------------------------------------- changing

    def handle(self, command: Command) -> Answer:
        """Carry out a command; raises Refused."""
        return self.handler.handle(command)

    def handle_many(
        self,
        commands: Iterable[Command],
        progress: Callable[[int], None] | None = None,
        first: Watch | None = None,
        *,
        fresh: bool = False,
        expected: int = 0,
    ) -> Generator[Answer, None, None]:
        """Carry out commands in order, in chunks that let others write between them; a Refused is an answer.

        ``first`` looks before each chunk; what it raises ends the bulk there.  ``fresh``: the ids of these commands
        were drawn for them, and none of them can have been carried out before.  ``expected`` is about how many there
        are: a second process helps with many, so a script that says so needs the guard that ``multiprocessing`` asks.
        """
        with old_left_alone(), self.log.bulk() as (over, merge), Behind(merge, progress) as behind:
            writer = partial(Writer, partial(District.open, self.folder))
            with Bulk(self.handler, over, behind, first, fresh, expected, writer) as bulk:
                yield from bulk.answers(commands)

    def rebuild(self, progress: Callable[[int], None] | None = None) -> int:
        """Drop all that is derived and derive it again; the position that was reached."""
        with self.log.writing() as connection:
            position = self.projector.rebuild(connection, progress)
        evidence_columns.forget(self._columns_folder)
        with self._lock:
            self._columns = None
        self.columns()
        return position

    # ------------------------------------------------------------------------------------------------ ids and hashes

    def new_id(self, prefix: str) -> str:
        """A random id of a subject, case or cycle: the prefix and 60 random bits."""
        return prefix + "-" + "".join(secrets.choice(_ALPHABET) for _ in range(12))

    def command_id(self, *parts: str) -> str:
        """A command's id, a UUID (RFC 9562): the same for the same parts in this folder (version 8), else random.

        A random one begins with the machine's time (version 7), whatever the folder's clock says, so that what a bulk
        records stands together in the log's index of commands and not all over it.
        """
        if not parts:
            (drawn,) = self.command_ids(1)
            return drawn
        digits = self._index("command", *parts)
        return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"

    def command_ids(self, count: int) -> list[str]:
        """So many random ids of commands, drawn together."""
        millis, drawn = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10 * count).hex()
        begin = f"{millis[:8]}-{millis[8:]}-7"
        return [
            f"{begin}{one[:3]}-{_VARIANTS[one[3]]}{one[4:7]}-{one[7:19]}"
            for one in [drawn[at : at + 20] for at in range(0, 20 * count, 20)]
        ]

    def row_hash(self, owner: str, *parts: str) -> str:
        """The hash of a row's key or content under the key of whom it is about, who has one: 32 hex digits.

        With the key of a person go the hashes of all rows about that person.
        """
        return self.vault.hashing(owner)(*parts)

    def work_hash(self, number: str) -> str:
        """What names a work in the log, for all who share it, instead of the number that an office gave it."""
        return "w" + self._index("work", number)[:20]

    def file_hash(self, *parts: str) -> str:
        """What names a file in the log."""
        return self._index("file", *parts)[:16]

    def tag(self, kind: str, code: str) -> str:
        """The keyed hash under which a code is found."""
        return self._index("code", kind, code)

    # ---------------------------------------------------------------------------------------------------- looking

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the log and the projections."""
        with self.log.reading() as connection:
            yield connection

    def columns(self, known_at: int | None = None, subjects: int = 0) -> Columns:
        """The evidence columns up to the tip; for a question on what was known at a position, about subjects below a
        number, those that are at hand if they know as much: a cycle's grants do not load each other."""
        with self._lock, self.reading() as connection:
            there = self._columns
            if known_at is not None and there is not None and there.position >= known_at and there.subjects >= subjects:
                return there
            if self._columns is None or self._columns.position != reached(connection):
                catalogue = self._district(connection).catalogue
                self._columns = evidence_columns.load(connection, self._columns_folder, catalogue, self._columns)
            return self._columns

    def find(self, kind: Literal["person", "studio", "unit"], codes: Collection[str]) -> dict[str, str]:
        """Subjects by staff number, studio code or unit code; those that nobody has are left out."""
        with self.reading() as connection:
            found = worlds.subjects_by_code(connection, self.tag, ((kind, code) for code in codes))
        return {code: subject for (_, code), subject in found.items()}

    def unit_names(self) -> dict[str, str]:
        """Units by name; a name that two units share is left out."""
        with self.reading() as connection:
            only = select(unit_table.c.name, func.min(unit_table.c.id)).group_by(unit_table.c.name)
            return dict(connection.execute(only.having(func.count() == 1)).tuples().all())

    def held(self, keys: Collection[str]) -> dict[str, Held]:
        """Who holds these business keys."""
        with self.reading() as connection:
            return worlds.held(connection, keys)

    def cases_of(self, cycle: str) -> dict[str, str]:
        """The case of every subject that was nominated in a cycle; the newest, if one was withdrawn before."""
        with self.reading() as connection:
            every = select(case_table.c.subject, case_table.c.id).where(case_table.c.cycle == cycle)
            every = every.order_by(case_table.c.nominated)
            return {row.subject: row.id for row in connection.execute(every)}

    def cycle_state(self, cycle: str) -> cycles.Cycle:
        """A cycle as its stream tells it; Refused if there is none."""
        stream = cycles.stream(cycle)
        with self.reading() as connection:
            state: cycles.Cycle = fold(stream, self.log.read(connection, stream))
        cycles.is_open(state)
        return state

    def cycle(self, cycle: str) -> CycleOpened:
        """What a cycle was opened with; Refused if there is none."""
        return cycles.is_open(self.cycle_state(cycle))

    @property
    def state(self) -> districts.District:
        """The district: settings, catalogue, calendars, clock."""
        with self.reading() as connection:
            return self._district(connection)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.state.settings

    @property
    def catalogue(self) -> Catalogue:
        """The evidence catalogue in force."""
        return self.state.catalogue

    @property
    def now(self) -> datetime:
        """The instant by the district's clock (UTC)."""
        with self.reading() as connection:
            return self._clock(connection)

    @property
    def today(self) -> date:
        """The day by the district's clock and time zone."""
        with self.reading() as connection:
            return self._clock(connection).astimezone(self._zone(connection)).date()

    def _district(self, connection: Connection) -> districts.District:
        version = connection.execute(
            select(func.coalesce(func.max(event_table.c.version), 0)).where(event_table.c.stream == districts.STREAM)
        ).scalar_one()
        state = self._state  # once: another thread, with a later view of the log, may put its own there
        if state is None or state.version != version:
            self._state = state = fold(districts.STREAM, self.log.read(connection, districts.STREAM))
        assert state is not None
        return state

    def _open_field(self, event: Recorded, field: str) -> str | None:
        return names.opened(self.vault, event, field)

    def _clock(self, connection: Connection) -> datetime:
        state = self._district(connection)
        return state.clock if state.simulated and state.clock is not None else datetime.now(UTC)

    def _zone(self, connection: Connection) -> ZoneInfo:
        return ZoneInfo(self._district(connection).settings.time_zone)
