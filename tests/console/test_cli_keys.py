"""Keys are replaced from the command line: names are read as before, and checkpoints of before stay good."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.district import District
from events.facts import PersonHired, UnitEstablished
from tests.console.command_line import done, jieti
from workflows.commands import Asking, Record, Span


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A district with a school and somebody in it."""
    clerk = Asking(actor="clerk-1")
    with District.create(tmp_path / "区", "云溪区", clerk) as district:
        day = district.today
        for subject, code, fact in (
            ("u1", "U1", UnitEstablished(code="U1", name="河口小学", kind="school")),
            ("p1", "GH001", PersonHired(name="欧阳澄岚", staff_number="GH001", unit="u1", service_began=day)),
        ):
            said: dict[str, Any] = {
                "subject": subject,
                "code": code,
                "fact": fact,
                "occurred": Span(first=day, last=day),
            }
            district.handle(Record(id=district.command_id(), asking=clerk, **said))
    return tmp_path / "区"


def history(data: Path) -> str:
    return done("audit", "history", "GH001", "--data", data)


def test_with_a_new_master_key_everything_reads_as_before(data: Path) -> None:
    before, key = history(data), (data / "keys" / "vault.key").read_bytes()
    assert "欧阳澄岚" in before
    with District.open(data) as at_work:
        said = done("keys", "rotate", "--data", data, "--lang", "en")
        assert said.startswith("replaced the master key: 1 owners' keys wrapped anew\n")
        assert f"copy {data / 'keys'} now" in said
        at_work.vault.ensure(["new"])
    assert (data / "keys" / "vault.key").read_bytes() != key
    assert history(data) == before
    assert jieti("audit", "verify", "--deep", "--data", data).status == 0
    assert jieti("keys", "rotate", "--data", data, "--json").data == {"wrapped": 2}


def test_what_an_older_key_signed_stays_good_and_a_strangers_does_not(data: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.checkpoint"
    done("audit", "checkpoint", "--out", kept, "--data", data)
    for _ in range(2):
        assert "以前签出的检查点仍然有效" in done("keys", "rotate", "--checkpoints", "--data", data)
    assert (
        jieti("keys", "rotate", "--checkpoints", "--data", data, "--json").data["checkpoint_key"].startswith("jieti/")
    )
    assert "keep that elsewhere" in done("keys", "rotate", "--checkpoints", "--data", data, "--lang", "en")
    assert jieti("audit", "verify", "--against", kept, "--data", data).status == 0
    done("audit", "checkpoint", "--out", tmp_path / "new.checkpoint", "--data", data)
    (data / "keys" / "checkpoint.retired").unlink()
    refused = jieti("audit", "verify", "--against", kept, "--data", data, "--lang", "en")
    assert refused.status == 2
    assert "another key" in refused.err


def test_a_backup_refuses_a_copy_of_the_keys_that_is_older_than_they_are(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "kept keys"
    done("audit", "checkpoint", "--out", tmp_path / "kept.checkpoint", "--data", data)
    shutil.copytree(data / "keys", copy)
    asked = ("--keys", copy, "--data", data)
    assert f"those in {copy} are those of now" in done("backup", tmp_path / "first", *asked, "--lang", "en")
    for rotate, missing in (("--checkpoints", "checkpoint.key、checkpoint.retired"), ("", "vault.key")):
        done("keys", "rotate", *filter(None, [rotate]), "--data", data)
        said = jieti("backup", tmp_path / "second", *asked, "--json")
        assert (said.status, said.data["error"]["code"]) == (2, "older keys")
        assert f"({missing} " in said.data["error"]["en"]
        assert not (tmp_path / "second").exists()
        shutil.rmtree(copy)
        shutil.copytree(data / "keys", copy)
    done("backup", tmp_path / "second", *asked)


def test_a_folder_that_others_can_read_is_told_with_the_mend(data: Path) -> None:
    def told() -> list[str]:
        found = jieti("audit", "verify", "--data", data, "--json").data["read_by_others"]
        assert ("chmod -R go= " in done("audit", "verify", "--data", data)) == bool(found)
        return [str(Path(one).relative_to(data)) for one in found]

    (data / "keys" / "vault.key").chmod(0o644)
    assert told() == []  # nobody else can get there
    data.chmod(0o755)
    assert told() == ["."]
    (data / "keys").chmod(0o755)
    (data / "log.db").chmod(0o640)
    assert told() == [".", "log.db", "keys", "keys/vault.key"]
    subprocess.run(["chmod", "-R", "go=", data], check=True)
    assert told() == []
