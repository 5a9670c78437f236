"""A district is copied while others write to it, and the copy becomes a district again, or says why not."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from console.screens.backups import restored
from engine.backups import copies, sealing
from engine.backups.copies import CopyError, sha256, shelved
from engine.backups.deep import compare
from engine.backups.restoring import NotWhole, Restored, restore
from engine.district import District
from engine.folder import MASTER_KEY
from engine.people import access, erasing
from events.checkpoint import read, verifier_key
from events.key_files import VaultError, write_key
from events.masters import replace_master
from events.vault import Vault
from tests.engine.district_at_work import CLERK, AtWork, assert_whole, paper, tables
from tests.engine.others import import_rows, start
from tests.engine.test_erasing import say_erased
from tests.engine.test_killing import kill, tip
from workflows.commands import Refused, SetClock


class Copies(NamedTuple):
    """Where the parts of a backup are, and the district that it is of."""

    district: Path
    backup: Path
    shelf: Path

    def restore(self, folder: Path, *against: Path, keys: Path | None = None, vault: Path | None = None) -> Restored:
        return restore(self.backup, vault or self.shelf, keys or self.district / "keys", folder, against)


def back_up(folder: Path, backup: Path, shelf: Path) -> None:
    """As another process does it."""
    with District.open(folder) as district:
        copies.make(district, backup, shelf)


@pytest.fixture(scope="module")
def copied(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A backup of a district that nobody changes any more."""
    place = tmp_path_factory.mktemp("copied")
    folder = Path(shutil.copytree(template, place / "district"))
    import_rows(folder, 200)
    back_up(folder, place / "backup", place / "shelf")
    return Copies(folder, place / "backup", place / "shelf")


@pytest.fixture
def mine(copied: Copies, tmp_path: Path) -> Copies:
    """That backup, for a test that changes it."""
    return Copies(*(Path(shutil.copytree(one, tmp_path / one.name)) for one in copied))


def said_again(copies_: Copies) -> None:
    """A careful forger writes the hash of the file too."""
    about = json.loads((copies_.backup / "backup.json").read_text("utf-8"))
    about["sha256"] = sha256(copies_.backup / "log.db")
    (copies_.backup / "backup.json").write_text(json.dumps(about), encoding="utf-8")


def test_what_is_restored_is_the_district_that_was_copied(copied: Copies, tmp_path: Path) -> None:
    found = copied.restore(tmp_path / "again")
    assert (found.checkpoint.size, found.lost, found.strange_key) == (tip(copied.district), None, False)
    with District.open(tmp_path / "again") as again, District.open(copied.district) as before:
        assert tables(again) == tables(before)
        assert compare(again) is None
        newest = sealing.newest(again)
        assert newest is not None
        assert newest.size == found.checkpoint.size
        AtWork(again).record("p-1", paper())
        assert_whole(again)


def test_no_key_is_in_a_backup(copied: Copies) -> None:
    assert sorted(one.name for one in copied.backup.iterdir()) == ["backup.json", "checkpoint.txt", "log.db"]
    keys = [file.read_bytes() for file in (copied.district / "keys").iterdir()]
    stored = b"".join(file.read_bytes() for place in (copied.backup, copied.shelf) for file in place.iterdir())
    assert not [key for key in keys if key in stored]
    with closing(sqlite3.connect(copied.backup / "log.db")) as store:
        assert store.execute("SELECT name FROM sqlite_master WHERE name = 'key'").fetchall() == []


def test_a_copy_made_while_others_write_is_whole_and_everybody_in_it_can_be_read(folder: Path, tmp_path: Path) -> None:
    shelf, chance, writer = tmp_path / "shelf", random.Random(6), start(import_rows, folder, 20_000)
    sizes = list[int]()
    while tip(folder) < 60:
        time.sleep(0.002)
    with District.open(folder) as district:
        for number in range(3):
            time.sleep(chance.uniform(0.0, 0.15))
            while sizes and tip(folder) == sizes[-1] and writer.is_alive():
                time.sleep(0.002)
            sizes.append(copies.make(district, tmp_path / f"backup-{number}", shelf).checkpoint.size)
    assert writer.is_alive()
    writer.kill()
    writer.join()
    vaults = shelved(shelf, read((tmp_path / "backup-0" / "checkpoint.txt").read_text("utf-8")).origin)
    assert sizes == sorted(set(sizes)) == [one.position for one in vaults]
    last = tmp_path / "backup-2"
    found = restore(last, vaults[-1].file, folder / "keys", tmp_path / "again")
    with District.open(tmp_path / "again") as again:
        assert_whole(again)
    assert found.checkpoint.size == sizes[-1] <= tip(folder)


def test_a_backup_that_is_killed_leaves_none_and_is_made_anew(folder: Path, tmp_path: Path) -> None:
    import_rows(folder, 1_000)
    for after in (0.02, 0.06, 0.1):
        kill(back_up, folder, tmp_path / "backup", tmp_path / "shelf", after=after)
        if (tmp_path / "backup").exists():  # it was quick: then it is whole
            restore(tmp_path / "backup", tmp_path / "shelf", folder / "keys", tmp_path / f"again-{after}")
            shutil.rmtree(tmp_path / "backup")
    back_up(folder, tmp_path / "backup", tmp_path / "shelf")
    restore(tmp_path / "backup", tmp_path / "shelf", folder / "keys", tmp_path / "again")


# ------------------------------------------------------------------------------------------- what does not hold


def cut(store: Path) -> None:
    with store.open("r+b") as file:
        file.truncate(store.stat().st_size * 2 // 3)


def altered(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as opened:
        opened.execute("DROP TRIGGER event_is_never_changed")
        opened.execute("UPDATE event SET actor = 'somebody' WHERE position = 9")


def without_its_tail(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as opened:
        opened.execute("DROP TRIGGER event_is_never_deleted")
        opened.execute("DELETE FROM event WHERE position > 20")
        opened.execute("UPDATE reached SET position = 20")
        opened.execute("DELETE FROM node")


def without_a_trigger(store: Path) -> None:
    with closing(sqlite3.connect(store, isolation_level=None)) as opened:
        opened.execute("DROP TRIGGER event_is_never_deleted")


def assert_refused(kind: type[Exception], said: str, attempt: Callable[[Path], object], place: Path) -> None:
    """It says why, in both languages, and leaves nothing."""
    with pytest.raises(kind) as caught:
        attempt(place)
    assert said in str(caught.value)
    assert any("\u4e00" <= one <= "\u9fff" for one in caught.value.zh)  # type: ignore[attr-defined]
    assert not place.exists()


def test_who_looked_and_the_offices_mappings_are_copied_too_and_held_against_their_hashes(
    mine: Copies, tmp_path: Path
) -> None:
    (mine.district / "mappings").mkdir()
    (mine.district / "mappings" / "platform.yaml").write_text("kind: trainings", encoding="utf-8")
    with District.open(mine.district) as district:
        access.record(district, [access.Look(district.now, "clerk-1", "explain", "p-1")])
        copies.make(district, tmp_path / "new")
        with closing(sqlite3.connect(access.place(district))) as store:
            looked = store.execute("SELECT count(*) FROM look").fetchone()
    again = mine._replace(backup=tmp_path / "new")
    again.restore(tmp_path / "again")
    assert (tmp_path / "again" / "mappings" / "platform.yaml").read_text("utf-8") == "kind: trainings"
    with closing(sqlite3.connect(tmp_path / "again" / "access.db")) as store:
        assert store.execute("SELECT count(*) FROM look").fetchone() == looked == (1,)
    (tmp_path / "new" / "mappings" / "platform.yaml").write_text("kind: people", encoding="utf-8")
    assert_refused(NotWhole, "was changed", again.restore, tmp_path / "once more")


@pytest.mark.parametrize("change", [cut, altered, without_its_tail, without_a_trigger])
@pytest.mark.parametrize("hides_it", [False, True])
def test_a_backup_that_was_cut_or_changed_is_not_restored(
    mine: Copies, tmp_path: Path, change: Callable[[Path], None], hides_it: bool
) -> None:
    change(mine.backup / "log.db")
    if hides_it:
        said_again(mine)
    assert_refused(NotWhole, "", mine.restore, tmp_path / "again")


def test_a_backup_to_which_an_event_was_added_is_not_restored(mine: Copies, tmp_path: Path) -> None:
    position = tip(mine.district)
    with District.open(mine.district) as district:
        AtWork(district).record("p-1", paper())
        copies.copy_store(mine.district / "log.db", mine.backup / "log.db")
    said_again(mine)
    assert_refused(NotWhole, f"its checkpoint {position}", mine.restore, tmp_path / "again")


def test_a_checkpoint_that_was_altered_is_told(mine: Copies, tmp_path: Path) -> None:
    file = mine.backup / "checkpoint.txt"
    file.write_text(file.read_text("utf-8").replace("district ", "district X"), encoding="utf-8")
    assert_refused(NotWhole, "altered", mine.restore, tmp_path / "again")
    file.unlink()
    assert_refused(NotWhole, "no such file", mine.restore, tmp_path / "again")


def test_what_is_no_backup_is_told(tmp_path: Path, copied: Copies, mine: Copies) -> None:
    empty = copied._replace(backup=copied.shelf)
    assert_refused(CopyError, "is no backup", empty.restore, tmp_path / "again")
    (mine.backup / "backup.json").write_text("{}", encoding="utf-8")
    assert_refused(CopyError, "is no backup", mine.restore, tmp_path / "again")


def test_keys_and_vault_must_be_of_the_same_district(copied: Copies, tmp_path: Path) -> None:
    keys = Path(shutil.copytree(copied.district / "keys", tmp_path / "keys"))
    for name, said in ((MASTER_KEY, "not the key of this vault"), ("index.key", "index.key is not")):
        (keys / name).unlink()
        assert_refused(CopyError, f"no {name}", lambda place: copied.restore(place, keys=keys), tmp_path / "again")
        write_key(keys / name)
        kind: type[Exception] = VaultError if name == MASTER_KEY else NotWhole
        assert_refused(kind, said, lambda place: copied.restore(place, keys=keys), tmp_path / "again")
        shutil.copyfile(copied.district / "keys" / name, keys / name)
    District.create(tmp_path / "other", "另一区", CLERK).close()
    other = tmp_path / "other" / "vault.db"
    assert_refused(NotWhole, "no key of", lambda place: copied.restore(place, vault=other), tmp_path / "again")
    no_vault = tmp_path / "keys"
    assert_refused(CopyError, "no copy of this log's vault", lambda place: copied.restore(place, vault=no_vault),
                   tmp_path / "again")  # fmt: skip


def test_only_an_empty_folder_is_taken_and_what_is_there_stays(copied: Copies, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(CopyError, match="is not empty"):
        copied.restore(tmp_path / "full")
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["letter.txt"]
    with District.open(copied.district) as district:
        with pytest.raises(CopyError, match="name a new folder"):
            copies.make(district, tmp_path / "full")
        with pytest.raises(CopyError, match="apart from the log"):
            copies.make(district, tmp_path / "backup", tmp_path / "backup" / "vault")
    (tmp_path / "empty").mkdir()
    assert copied.restore(tmp_path / "empty").extends == ()


def test_a_damaged_district_is_not_copied(mine: Copies, tmp_path: Path) -> None:
    altered(mine.district / "log.db")
    with District.open(mine.district) as district, pytest.raises(CopyError, match="position 9 was altered"):
        copies.make(district, tmp_path / "new")
    assert not [*tmp_path.glob("new*"), *tmp_path.glob(".new*")]


# ------------------------------------------------------------------------------ checkpoints kept outside, and time


def test_a_checkpoint_kept_outside_tells_what_was_lost_since_the_backup(mine: Copies, tmp_path: Path) -> None:
    with District.open(mine.district) as district:
        (tmp_path / "then").write_text(sealing.make(district), encoding="utf-8")
        AtWork(district).record("p-1", paper())
        (tmp_path / "later").write_text(sealing.make(district), encoding="utf-8")
    found = mine.restore(tmp_path / "again", tmp_path / "then", tmp_path / "later")
    assert found.lost is not None
    assert (found.extends, found.lost.size) == ((found.checkpoint.size,), found.checkpoint.size + 1)


def test_a_checkpoint_of_another_history_is_refused(mine: Copies, tmp_path: Path) -> None:
    other = Path(shutil.copytree(mine.district, tmp_path / "fork"))
    with District.open(mine.district) as district:
        AtWork(district).record("p-1", paper())
        copies.make(district, tmp_path / "backup of one", mine.shelf)
    with District.open(other) as district:
        AtWork(district).record("p-2", paper())
        (tmp_path / "of the other").write_text(sealing.make(district), encoding="utf-8")
    one = mine._replace(backup=tmp_path / "backup of one")
    again = tmp_path / "again"
    assert_refused(NotWhole, "are not those", lambda place: one.restore(place, tmp_path / "of the other"), again)
    District.create(tmp_path / "stranger", "另一区", CLERK).close()
    with District.open(tmp_path / "stranger") as district:
        (tmp_path / "strange").write_text(sealing.make(district), encoding="utf-8")
    assert_refused(Refused, "not of this log", lambda place: one.restore(place, tmp_path / "strange"), again)


def test_without_the_key_that_signed_it_a_backup_is_restored_and_says_so(copied: Copies, tmp_path: Path) -> None:
    keys = Path(shutil.copytree(copied.district / "keys", tmp_path / "keys"))
    (keys / "checkpoint.key").unlink()
    found = copied.restore(tmp_path / "again", keys=keys)
    assert found.strange_key
    assert_printed(found, "谁签的没有证明", "who signed it is not proven")
    assert_printed(found, *[verifier_key(found.checkpoint.origin, found.checkpoint.key)] * 2)
    with District.open(tmp_path / "again") as again:
        sealing.make(again)  # with a new key; the old checkpoint stays good
        assert sealing.read(again, copied.backup / "checkpoint.txt").size == tip(copied.district)


def test_a_vault_copied_under_an_older_master_key_opens_with_that(mine: Copies, tmp_path: Path) -> None:
    keys = Path(shutil.copytree(mine.district / "keys", tmp_path / "keys"))
    replace_master(mine.district / "vault.db", mine.district / "keys" / MASTER_KEY)
    assert_refused(VaultError, "not the key of this vault", mine.restore, tmp_path / "again")
    mine.restore(tmp_path / "again", keys=keys)


def test_copies_of_the_vault_go_when_their_days_are_over(mine: Copies, tmp_path: Path) -> None:
    (first,) = mine.shelf.iterdir()
    (mine.shelf / "notes.txt").write_text("not ours", encoding="utf-8")
    with District.open(mine.district) as district:
        made = copies.make(district, tmp_path / "b-1", mine.shelf, 5)
        assert (made.past, len(list(mine.shelf.iterdir()))) == ((), 3)
        assert made.vault is not None
        assert made.vault.until == district.today + timedelta(days=5)
        district.handle(SetClock(id="clock", asking=CLERK, now=district.now + timedelta(days=20)))
        assert copies.make(district, tmp_path / "b-2", mine.shelf).past == (made.vault.file,)
        district.handle(SetClock(id="clock-2", asking=CLERK, now=district.now + timedelta(days=11)))
        assert copies.make(district, tmp_path / "b-3", mine.shelf).past == (mine.shelf / first.name,)
    assert len(list(mine.shelf.iterdir())) == 3


# ------------------------------------------------------------------------------------------- persons who were erased


def owners(vault: Path, keys: Path) -> list[str]:
    with closing(Vault.open(vault, keys / MASTER_KEY)) as opened:
        return opened.owners()


def test_a_vault_of_before_an_erasure_does_not_bring_the_person_back(mine: Copies, tmp_path: Path) -> None:
    with District.open(mine.district) as district:
        say_erased(district, "p-5")
        made = copies.make(district, tmp_path / "before", mine.shelf)
        assert made.vault is not None
        old = Path(shutil.copy(made.vault.file, tmp_path / "kept elsewhere.db"))
        say_erased(district, "p-3")
        erasing.carry_out(district)
        copies.make(district, tmp_path / "after", tmp_path / "new shelf")
        assert "p-3" in owners(old, district.keys)
    found = mine._replace(backup=tmp_path / "after").restore(tmp_path / "again", vault=old)
    assert (found.erased, found.erased_since) == (1, ())  # the other one it had forgotten
    with District.open(tmp_path / "again") as again:
        assert "p-3" not in again.vault.owners()
        assert compare(again) is None


def test_a_log_of_before_an_erasure_does_not_bring_the_person_back_and_says_who_it_was(
    mine: Copies, tmp_path: Path
) -> None:
    (before,) = mine.shelf.iterdir()
    with District.open(mine.district) as district:
        say_erased(district, "p-3")
        erasing.carry_out(district)
        copies.make(district, tmp_path / "after", mine.shelf)
        assert "p-3" not in owners(before, district.keys)  # the older copy on the shelf forgets too
        assert sorted(one.suffix for one in mine.shelf.iterdir()) == [".db", ".db"]
    found = mine.restore(tmp_path / "again")
    assert (found.erased, found.erased_since) == (0, ("p-3",))
    with District.open(tmp_path / "again") as again:
        assert again.find("person", ["p-2", "p-3"]) == {"p-2": "p-2"}
        assert_whole(again)
    assert_printed(found, "备份之后又删除了 1 人的资料", "1 were erased after the backup")


def assert_printed(found: Restored, zh: str, en: str) -> None:
    assert zh in "\n".join(restored(found, "zh").lines)
    assert en in "\n".join(restored(found, "en").lines)
