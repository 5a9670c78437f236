"""Checkpoints and proofs: what an outsider tells with two files and a small program, and what forgers cannot hide."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from console import jieti_verify
from engine.district import District
from events import checkpoint as checkpoints
from events.envelope import leaf
from events.tree import regrow
from tests.console.command_line import ROOT, Demo, Said, done, jieti


def audit(office: Path, *words: object) -> Said:
    """A command of the audit in the district."""
    return jieti("audit", *words, "--data", office / "district", "--lang", "en")


def kept(office: Path) -> tuple[object, ...]:
    """The option that names the checkpoint which the auditor kept."""
    return "--against", office / "kept.checkpoint"


Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def office(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district, a checkpoint that an auditor kept, and the program, alone in a folder of its own."""
    place = tmp_path_factory.mktemp("auditor")
    shutil.copytree(demo.untouched, place / "district")
    done("audit", "checkpoint", "--out", place / "kept.checkpoint", "--data", place / "district")
    shutil.copy(ROOT / "console" / "jieti_verify.py", place / "jieti_verify.py")
    return place


@pytest.fixture(scope="module")
def granted(demo: Demo) -> str:
    """The staff number of somebody who was granted something."""
    subject = next(one["subject"] for one in demo.grants() if one["subject"].startswith("p-"))
    return demo.codes([subject])[subject]


@pytest.fixture(scope="module")
def proof(office: Path, granted: str) -> Path:
    file = office / "grant.proof"
    audit(office, "prove", granted, *kept(office), "--out", file)
    return file


def outsider(place: Path, *words: object) -> Said:
    """Run the one file with a Python that has nothing else, not even installed packages."""
    done_ = subprocess.run(
        [sys.executable, "-I", "-S", str(place / "jieti_verify.py"), *map(str, words)],
        cwd=place, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
    )  # fmt: skip
    return Said(done_.returncode, done_.stdout, done_.stderr)


def test_a_grant_is_proved_to_be_in_the_log_of_a_checkpoint_with_nothing_of_ours(office: Path, proof: Path):
    said = outsider(office, proof.name, "kept.checkpoint")
    assert (said.status, said.err) == (0, "")
    assert said.out.startswith("属实")
    assert "Genuine: these events are in the log of 霁川区" in said.out
    assert " granted · case-" in said.out


def test_a_grant_is_proved_with_all_that_it_rests_on(office: Path, granted: str, tmp_path: Path):
    told = audit(office, "prove", granted, "--evidence", "--out", tmp_path / "all.proof").out
    assert f"to check it: jieti-verify {tmp_path / 'all.proof'} {tmp_path / 'all.checkpoint'}" in told
    said = outsider(office, tmp_path / "all.proof", tmp_path / "all.checkpoint")
    assert said.status == 0
    for kind in ("ladder published", "nominated", "assessed", "stage decided", "notice posted", "granted"):
        assert f" {kind} · " in said.out


def test_todays_log_is_proved_to_begin_with_that_of_an_old_checkpoint(office: Path, tmp_path: Path):
    done("district", "clock", "2040-01-01T09:00", "--as", "office-1", "--data", office / "district")
    told = audit(office, "verify", *kept(office), "--out", tmp_path / "e.proof").out
    assert f"jieti-verify {tmp_path / 'e.proof'} " in told
    assert "it extends the checkpoint" in told
    said = outsider(office, tmp_path / "e.proof", office / "kept.checkpoint")
    assert said.status == 0
    assert "begins with the checkpoint's" in said.out


def test_a_checkpoint_is_read_by_the_key_of_the_district_and_no_other(office: Path, proof: Path, tmp_path: Path):
    key = next(line for line in text(office).splitlines() if line.startswith("key ")).removeprefix("key ")
    (tmp_path / "district.key").write_text(key + "\n", "utf-8")
    assert outsider(office, proof.name, "kept.checkpoint", "--key", key).status == 0
    assert outsider(office, proof.name, "kept.checkpoint", "--key", tmp_path / "district.key").status == 0
    other = checkpoints.verifier_key("jieti/other", checkpoints.public_key(bytes(32)))
    said = outsider(office, proof.name, "kept.checkpoint", "--key", other)
    assert said.status == 1
    assert "another key" in said.out


# ------------------------------------------------------------------------------------------------------- forgeries


def text(office: Path) -> str:
    return (office / "kept.checkpoint").read_text("utf-8")


def checked(proof_: str, checkpoint: str, key: str | None = None) -> str:
    """What the program finds of two texts: nothing where they are genuine."""
    try:
        jieti_verify.told(jieti_verify.proof_of(proof_), jieti_verify.checkpoint(checkpoint, key), key)
    except jieti_verify.NotGenuine as wrong:
        return str(wrong.args[1])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return "malformed"
    return ""


def event(change: Change) -> Change:
    return lambda proof: change(proof["events"][0]["event"])


FORGERIES: dict[str, tuple[Change, str]] = {
    "another subject": (event(lambda e: e.update(stream="case-c-mine")), "not in the checkpoint's log"),
    "another day": (event(lambda e: e.update(occurred_from="2020-01-01")), "not in the checkpoint's log"),
    "another actor": (event(lambda e: e.update(actor="somebody-else")), "not in the checkpoint's log"),
    "another position": (event(lambda e: e.update(position=e["position"] - 1)), "not in the checkpoint's log"),
    "a null made an empty text": (event(lambda e: e.update(authority="")), "not in the checkpoint's log"),
    "another payload": (
        event(lambda e: e.update(payload=e["payload"].replace("}", ' ,"x":1}', 1))), "not in the checkpoint's log"
    ),
    "a position beyond the log": (event(lambda e: e.update(position=10**9)), "no position 1000000000"),
    "a step of the path left out": (lambda p: p["events"][0]["path"].pop(), "too short"),
    "a step too many": (lambda p: p["events"][0]["path"].append(p["events"][0]["path"][0]), "too long"),
    "two steps exchanged": (lambda p: p["events"][0]["path"].reverse(), "not in the checkpoint's log"),
    "another size": (lambda p: p.update(size=p["size"] - 1), "have one made for this checkpoint"),
    "no event at all": (lambda p: p.update(events=[]), "no event"),
    "a column left out": (event(lambda e: e.pop("ordinal")), "malformed"),
    "a number that is a text": (event(lambda e: e.update(position=str(e["position"]))), "malformed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_proof_is_told_from_the_genuine(office: Path, proof: Path, name: str):
    change, said = FORGERIES[name]
    forged = json.loads(proof.read_text("utf-8"))
    change(forged)
    assert said in checked(json.dumps(forged), text(office))
    assert checked(proof.read_text("utf-8"), text(office)) == ""


def other_root(office: Path) -> str:
    root = text(office).splitlines()[2]
    return text(office).replace(root, base64.b64encode(bytes(32)).decode())


CHECKPOINTS: dict[str, tuple[Callable[[Path], str], str]] = {
    "another root": (other_root, "signature does not hold"),
    "another size": (lambda p: text(p).replace(text(p).splitlines()[1], "12", 1), "signature does not hold"),
    "another time": (lambda p: text(p).replace("\ntime 20", "\ntime 19"), "signature does not hold"),
    "another district": (lambda p: text(p).replace("district 霁川区", "district 别区"), "signature does not hold"),
    "no signature": (lambda p: text(p).partition("\n\n")[0] + "\n", "no checkpoint"),
    "another signature": (
        lambda p: text(p)[:-10] + ("A" if text(p)[-10] != "A" else "B") + text(p)[-9:], "signature does not hold"
    ),
    "nothing": (lambda _: "", "no checkpoint"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_forged_checkpoint_is_told_from_the_genuine(office: Path, proof: Path, name: str):
    change, said = CHECKPOINTS[name]
    forged = change(office)
    assert forged != text(office)
    assert said in checked(proof.read_text("utf-8"), forged)
    with pytest.raises(checkpoints.CheckpointError):
        checkpoints.read(forged)


def test_a_checkpoint_signed_with_a_forgers_key_is_told_by_who_knows_the_districts(office: Path, proof: Path):
    genuine, seed = checkpoints.read(text(office)), bytes(range(32))
    forged = checkpoints.signed(replace(genuine, root=bytes(32), key=checkpoints.public_key(seed)), seed)
    known = checkpoints.verifier_key(genuine.origin, genuine.key)
    assert "another key" in checked(proof.read_text("utf-8"), forged, known)
    named = checkpoints.signed(replace(genuine, root=bytes(32)), seed)  # it names the district's key
    assert "signature does not hold" in checked(proof.read_text("utf-8"), named)


@pytest.fixture
def forgers(office: Path, tmp_path: Path) -> Path:
    """A copy of the district, whose triggers somebody has removed."""
    folder = tmp_path / "forged"
    shutil.copytree(office / "district", folder)
    with closing(sqlite3.connect(folder / "log.db")) as store:
        for name in ("changed", "deleted"):
            store.execute(f"DROP TRIGGER event_is_never_{name}")
    return folder


def rewrite(folder: Path, statement: str) -> None:
    """Change events, and make every leaf and node again: what a forger with the program's source would do."""
    with closing(sqlite3.connect(folder / "log.db")) as store:
        assert store.execute(statement).rowcount == 1
        for row in store.execute("SELECT * FROM event").fetchall():
            store.execute("UPDATE event SET leaf = ? WHERE position = ?", (leaf(row[:-1]), row[0]))
        store.commit()
    with District.open(folder) as district, district.log.writing() as connection:
        regrow(connection)


REWRITE = "UPDATE event SET actor = 'nobody' WHERE position = (SELECT max(position) - 50 FROM event)"


def test_a_log_rehashed_as_a_whole_verifies_by_itself_and_not_against_a_checkpoint(office: Path, forgers: Path):
    rewrite(forgers, REWRITE)
    shutil.rmtree(forgers / "checkpoints")
    assert jieti("audit", "verify", "--data", forgers).status == 0
    said = jieti("audit", "verify", *kept(office), "--data", forgers, "--lang", "en")
    assert said.status == 1
    assert "are not those of the checkpoint" in said.out


def test_the_folders_own_copy_of_its_last_checkpoint_is_looked_at_unasked(forgers: Path):
    rewrite(forgers, REWRITE)
    assert "are not those of the checkpoint" in jieti("audit", "verify", "--data", forgers, "--lang", "en").out
    refused = jieti("audit", "checkpoint", "--data", forgers, "--lang", "en")
    assert refused.status == 2
    assert "no checkpoint is signed" in refused.err


def test_a_rehashed_log_cannot_be_proved_to_extend_the_checkpoint(office: Path, forgers: Path, tmp_path: Path):
    from engine.backups import sealing

    rewrite(forgers, REWRITE)
    with District.open(forgers) as district:
        genuine = checkpoints.read(text(office))
        forged = sealing.extension(district, genuine)
        proof = sealing.inclusion(district, [genuine.size - 3], genuine)
    assert "does not begin with the checkpoint's" in checked(json.dumps(forged), text(office))
    assert "not in the checkpoint's log" in checked(json.dumps(proof), text(office))


def test_a_tail_cut_off_with_all_that_is_derived_is_told_by_a_checkpoint(office: Path, forgers: Path):
    with closing(sqlite3.connect(forgers / "log.db")) as store:
        size = checkpoints.read(text(office)).size
        store.execute("DELETE FROM event WHERE position > ?", (size - 2,))
        store.commit()
    shutil.rmtree(forgers / "checkpoints")
    done("rebuild", "--data", forgers)
    assert jieti("audit", "verify", "--data", forgers).status == 0
    said = jieti("audit", "verify", *kept(office), "--data", forgers, "--lang", "en")
    assert said.status == 1
    assert "its tail was cut off" in said.out


def test_a_copy_of_a_checkpoint_that_was_damaged_is_named(forgers: Path):
    (forgers / "checkpoints" / "999999.txt").write_text("nonsense", "utf-8")
    said = jieti("audit", "verify", "--data", forgers, "--lang", "en")
    assert said.status == 2
    assert "999999.txt: this is no checkpoint" in said.err


def test_a_node_of_the_tree_that_was_changed_is_found_and_made_again(forgers: Path):
    with closing(sqlite3.connect(forgers / "log.db")) as store:
        store.execute("UPDATE node SET hash = zeroblob(32) WHERE number = 1")
        store.commit()
    said = jieti("audit", "verify", "--data", forgers, "--lang", "en")
    assert said.status == 1
    assert "above events 257 to 512 was altered" in said.out
    done("rebuild", "--data", forgers)
    assert jieti("audit", "verify", "--data", forgers).status == 0


# ----------------------------------------------------------------------------------------------------- what is refused


def test_what_is_kept_is_never_written_over(office: Path, proof: Path, granted: str):
    for words in (
        ("checkpoint", "--out", office / "kept.checkpoint"),
        ("prove", granted, *kept(office), "--out", proof),
    ):
        said = audit(office, *words)
        assert said.status == 2
        assert "there is such a file or folder already" in said.err


def test_the_checkpoint_of_another_district_is_refused(office: Path, tmp_path: Path):
    done("init", tmp_path / "other", "--name", "别区", "--as", "office-1")
    said = jieti("audit", "verify", *kept(office), "--data", tmp_path / "other", "--lang", "en")
    assert said.status == 2
    assert "not of this log" in said.err
    assert not (tmp_path / "other" / "keys" / "checkpoint.key").exists()  # who only looks draws no key


def test_what_was_recorded_after_a_checkpoint_is_not_proved_against_it(office: Path, tmp_path: Path, granted: str):
    seed = (office / "district" / "keys" / "checkpoint.key").read_bytes()
    early = replace(checkpoints.read(text(office)), size=5)
    (tmp_path / "early").write_text(checkpoints.signed(early, seed), "utf-8")
    said = audit(office, "prove", granted, "--against", tmp_path / "early", "--out", tmp_path / "p")
    assert said.status == 2
    assert "was recorded after that checkpoint (5 events)" in said.err


def test_a_proof_of_extension_needs_a_checkpoint_and_a_file_that_is_none_is_named(tmp_path: Path, office: Path):
    assert "--out needs --against" in audit(office, "verify", "--out", tmp_path / "x").err
    said = audit(office, "verify", "--against", office / "jieti_verify.py")
    assert (said.status, said.err) == (2, f"{office / 'jieti_verify.py'}: this is no checkpoint\n")
    assert audit(office, "verify", "--against", tmp_path / "none").status == 2


def test_the_program_says_how_it_is_used_and_which_file_it_cannot_read(office: Path, proof: Path):
    assert outsider(office).status == 2
    assert "PROOF CHECKPOINT" in outsider(office, "--help").out
    said = outsider(office, proof.name, "none.checkpoint")
    assert (said.status, said.out) == (2, "")
    assert "none.checkpoint" in said.err
    (office / "odd").write_bytes(b"\xff\xfe[[[[" * 5000)
    assert outsider(office, "odd", "kept.checkpoint").status == 1
    assert outsider(office, proof.name, "odd").status == 1


def test_signatures_are_checked_as_another_implementation_makes_them():
    for number in range(20):
        private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
        key, message = private.public_key().public_bytes_raw(), b"x" * number
        signature = private.sign(message)
        assert jieti_verify.signed_by(key, message, signature)
        assert not jieti_verify.signed_by(key, message + b"y", signature)
        assert not jieti_verify.signed_by(bytes(32), message, signature)
        for place in (0, 31, 32, 63):
            altered = signature[:place] + bytes([signature[place] ^ 1]) + signature[place + 1 :]
            assert not jieti_verify.signed_by(key, message, altered)
        order = jieti_verify.ORDER
        later = int.from_bytes(signature[32:], "little") + order  # the same point: RFC 8032 refuses it
        assert not jieti_verify.signed_by(key, message, signature[:32] + later.to_bytes(32, "little"))
