"""The log's tree is that of RFC 6962: the same as another implementation makes, at all sizes, in lists and stores."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from pymerkle import InmemoryTree
from sqlalchemy import Connection, delete, insert, select

from console.jieti_verify import NotGenuine, root_of_inclusion, roots_of_extension
from events import merkle
from events.leaves import WIDTH
from events.merkle import EMPTY, consistency, fold, inclusion, root
from events.tables import event_table, metadata, node_table, open_store
from events.tree import Tree, TreeDamaged, grow, regrow

SIZES = 300
DATA = [f"event {number}".encode() for number in range(SIZES)]
LEAVES = [sha256(b"\x00" + data).digest() for data in DATA]


def perfect(leaves: Sequence[bytes]) -> merkle.Perfect:
    return lambda height, index: fold(leaves[index << height : (index + 1) << height])


@pytest.fixture(scope="module")
def other() -> InmemoryTree:
    """The tree as pymerkle makes it."""
    tree = InmemoryTree(algorithm="sha256")
    for data in DATA:
        tree.append_entry(data)
    return tree


def test_the_root_is_that_of_another_implementation_at_every_size(other: InmemoryTree):
    assert root(perfect(LEAVES), 0) == EMPTY
    for size in range(1, SIZES + 1):
        assert root(perfect(LEAVES), size) == other.get_root(size), size


def test_every_leaf_has_the_path_of_another_implementation(other: InmemoryTree):
    for size in (*range(1, 70), 127, 128, 129, 255, 256, 257, SIZES):
        for index in range(0, size, 1 + size // 40):
            theirs = other.prove_inclusion(index + 1, size).path
            ours = inclusion(perfect(LEAVES), index, size)
            assert set(theirs) == {LEAVES[index], *ours}, (index, size)
            assert len(theirs) == len(ours) + 1
            assert root_of_inclusion(LEAVES[index], index, size, ours) == other.get_root(size)


def test_every_tree_is_proved_to_extend_the_shorter_ones(other: InmemoryTree):
    for new in (*range(1, 70), 127, 128, 129, 255, 256, 257, SIZES):
        for old in range(1, new + 1, 1 + new // 40):
            path = consistency(perfect(LEAVES), old, new)
            roots = roots_of_extension(old, new, other.get_root(old), path)
            assert roots == (other.get_root(old), other.get_root(new)), (old, new)


def test_no_proof_is_made_of_what_is_not_there():
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ValueError, match="there is no leaf"):
            inclusion(perfect(LEAVES), index, size)
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="does not extend"):
            consistency(perfect(LEAVES), old, new)


def test_a_path_with_anything_changed_gives_another_root_or_is_refused():
    draw = random.Random(6962)
    for _ in range(400):
        size = draw.randint(2, SIZES)
        index = draw.randrange(size)
        path = inclusion(perfect(LEAVES), index, size)
        wrong = list(path)
        match draw.randrange(4):
            case 0:
                place = draw.randrange(len(path))
                wrong[place] = bytes([wrong[place][0] ^ 1]) + wrong[place][1:]
            case 1:
                del wrong[draw.randrange(len(path))]
            case 2:
                wrong.insert(draw.randrange(len(path) + 1), LEAVES[0])
            case _:
                index = (index + 1) % size
        with suppress(NotGenuine):
            assert root_of_inclusion(LEAVES[index], index, size, wrong) != root(perfect(LEAVES), size)


# ----------------------------------------------------------------------------------------------------- in the store


@pytest.fixture
def store(tmp_path: Path):
    engine = open_store(tmp_path / "log.db")
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def appended(connection: Connection, leaves: Sequence[bytes]) -> None:
    """Rows that have nothing but a leaf."""
    size = len(connection.execute(select(event_table.c.position)).all())
    rows = [
        dict.fromkeys(("occurred_from", "occurred_until", "stream", "type", "actor"), "")
        | {"version": position, "schema": 1, "recorded_at": 0, "ordinal": 0, "payload": b""}
        | {"position": position, "id": str(position), "command_id": str(position), "leaf": leaf}
        for position, leaf in enumerate(leaves, size + 1)
    ]
    connection.execute(insert(event_table), rows)
    grow(connection, size, leaves)


def many(number: int) -> list[bytes]:
    return [sha256(b"\x00%d" % one).digest() for one in range(number)]


def test_a_log_grown_in_pieces_has_the_tree_of_its_leaves(store: Connection):
    leaves, draw, size = many(3 * WIDTH + 17), random.Random(1), 0
    while size < len(leaves):
        piece = draw.choice((1, 2, 100, 255, 256, 257, 400))
        appended(store, leaves[size : size + piece])
        size = min(size + piece, len(leaves))
        tree = Tree(store, size)
        assert tree.root() == root(perfect(leaves), size)
        assert tree.inclusion(size) == inclusion(perfect(leaves), size - 1, size)
        assert tree.consistency(1 + size // 2) == consistency(perfect(leaves), 1 + size // 2, size)
    assert len(store.execute(select(node_table)).all()) == 3


def test_nodes_above_nodes_are_kept_once_they_are_full(store: Connection):
    leaves = many(WIDTH * WIDTH + WIDTH)
    appended(store, leaves[:-300])
    appended(store, leaves[-300:])
    assert Tree(store, len(leaves)).root() == root(perfect(leaves), len(leaves))
    assert store.execute(select(node_table.c.number).where(node_table.c.level == 2)).scalars().all() == [0]


def test_nodes_that_were_taken_away_are_made_again(store: Connection):
    leaves = many(2 * WIDTH + 5)
    appended(store, leaves)
    before = store.execute(select(node_table)).all()
    store.execute(delete(node_table).where(node_table.c.number == 1))
    with pytest.raises(TreeDamaged, match="jieti rebuild"):
        Tree(store, 2 * WIDTH).root()
    regrow(store)
    assert store.execute(select(node_table)).all() == before
    assert Tree(store, 2 * WIDTH + 5).root() == root(perfect(leaves), 2 * WIDTH + 5)
