"""The house holds: floors, pure rooms, Prefect in one place, small rooms, dependencies declared and locked.

Read from the source with `ast`: a rule holds for an import or a name wherever it stands, in a function too.
A failure names file and line, the rule, and the mend.
"""

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ["events", "ladders", "workflows", "engine", "console"]
PURE_FACTS = ["events.facts", "events.envelope"]
PREFECT_ROOMS = "engine.orchestration"
LONGEST_ROOM = 400  # lines
FOLDED = ["ladders", "engine"]  # floors that are parted into folders
FULLEST_FOLDER = 20  # modules
PIN = re.compile(r"([\w.-]+)==[\w.!+-]+( ; [^:]+)?")

OUTSIDE = ["prefect", "sqlalchemy", "sqlite3", "socket", "subprocess"]
CLOCKS = [
    *(f"datetime.{name}" for name in ("date.today", "datetime.now", "datetime.today", "datetime.utcnow")),
    "time",
]
CHANCE = [
    *(f"uuid.uuid{version}" for version in (1, 4, 6, 7)),
    *("os.urandom", "os.getrandom", "random", "secrets", "numpy.random"),
]
EXCUSES = [
    *(f"pytest.{name}" for name in ("skip", "importorskip", "xfail")),
    *(f"pytest.mark.{name}" for name in ("skip", "skipif", "xfail")),
    *(f"unittest.{name}" for name in ("skip", "skipIf", "skipUnless", "SkipTest", "expectedFailure")),
]
HEAVY = ["prefect", "numpy", "sqlalchemy", "networkx", "pandas", "python_calamine"]


class Use(NamedTuple):
    """A name that a module imports or reaches, in full: `datetime.date.today`, however it was imported."""

    name: str
    line: int
    imported: bool


class Room(NamedTuple):
    """One Python file, by the name that it is imported under."""

    module: str
    file: Path
    text: str


@cache
def uses(text: str) -> tuple[Use, ...]:
    return tuple(_uses([*ast.walk(ast.parse(text))]))


def _uses(nodes: list[ast.AST]) -> Iterator[Use]:
    meaning: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.split(".")[0]
                meaning[alias.asname or root] = alias.name if alias.asname else root
                yield Use(alias.name, node.lineno, imported=True)
        elif isinstance(node, ast.ImportFrom) and node.module:  # no relative ones: ruff refuses them
            for alias in node.names:
                meaning[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield Use(f"{node.module}.{alias.name}", node.lineno, imported=True)
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute):
            root, *rest = dotted(node)
            if root in meaning:
                yield Use(".".join([meaning[root], *rest]), node.lineno, imported=False)


def dotted(node: ast.expr) -> list[str]:
    """The words of `a.b.c`; of what is reached through anything else, a call say, the first is empty."""
    rest: list[str] = []
    while isinstance(node, ast.Attribute):
        rest.append(node.attr)
        node = node.value
    return [node.id if isinstance(node, ast.Name) else "", *reversed(rest)]


def within(name: str, prefixes: list[str]) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


@cache
def rooms(*folders: str) -> list[Room]:
    files = [file.relative_to(ROOT) for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [
        Room(
            ".".join(file.with_suffix("").parts).removesuffix(".__init__"),
            file,
            (ROOT / file).read_text("utf-8"),
        )
        for file in files
    ]


def pure_rooms() -> list[Room]:
    """`events/__init__.py` is among them: whoever imports events.facts runs it."""
    return [room for room in rooms("events") if room.module == "events" or within(room.module, PURE_FACTS)] + rooms(
        "ladders", "workflows"
    )


@cache
def module_of(name: str) -> str:
    """The module that an imported name comes from: `events.facts.Trained` comes from events.facts."""
    while "." in name:
        place = ROOT / Path(*name.split("."))
        if place.is_dir() or place.with_suffix(".py").exists():
            break
        name = name.rpartition(".")[0]
    return name


def folder_of(module: str) -> str | None:
    """The folder of a floor in which a module stands; none for what stands on the floor itself."""
    folder = ".".join(module.split(".")[:2])
    return folder if (ROOT / Path(*folder.split("."))).is_dir() and "." in folder else None


def breaches(of: list[Room], wrong: Callable[[Use], bool]) -> list[str]:
    found = ((room.file, use.line, use.name) for room in of for use in uses(room.text) if wrong(use))
    return [f"{file}:{line}: {name}" for file, line, name in sorted(set(found))]


def nothing(wrong: list[str], rule: str, mend: str) -> None:
    __tracebackhide__ = True
    if wrong:
        pytest.fail("\n  ".join([rule, *wrong, f"mend: {mend}"]), pytrace=False)


def normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def declared(*, dev: bool) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = project["dependencies"] + (project["optional-dependencies"]["dev"] if dev else [])
    return {normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


_brought = cache(packages_distributions)


def lock() -> list[str]:
    return (ROOT / "constraints.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    "code",
    [
        "import datetime; datetime.date.today()",
        "import datetime as dt; born = dt.date.today",
        "from datetime import date\ndef born():\n    return date.today()",
        "from datetime import date as day; field(default_factory=day.today)",
    ],
)
def test_a_name_is_known_however_it_was_imported(code: str) -> None:
    assert "datetime.date.today" in {use.name for use in uses(code)}


def test_every_floor_is_there() -> None:
    nothing(
        [floor for floor in FLOORS if not (ROOT / floor / "__init__.py").exists()],
        "a floor of the house has no __init__.py:",
        "add it, or mend FLOORS in tests/test_house.py and `packages` in pyproject.toml",
    )


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_go_down_only(floor: str) -> None:
    above = [*FLOORS[FLOORS.index(floor) + 1 :], "tests", "benchmarks"]
    nothing(
        breaches(rooms(floor), lambda use: use.imported and within(use.name, above)),
        f"imports go down only ({' < '.join(FLOORS)}), and never to tests or benchmarks:",
        "move what is shared to the lower floor, or hand it in as an argument",
    )


def test_pure_rooms_know_of_events_only_the_pure_facts() -> None:
    def impure(use: Use) -> bool:
        return use.imported and within(use.name, ["events"]) and not within(module_of(use.name), PURE_FACTS)

    nothing(
        breaches(pure_rooms(), impure),
        f"ladders/, workflows/ and the pure facts import of floor 1 only {' and '.join(PURE_FACTS)}:",
        "import from there, or move the code up to engine/",
    )


@pytest.mark.parametrize(
    ("forbidden", "mend"),
    [
        pytest.param(OUTSIDE, "take what it needs as arguments; the engine reads and writes", id="world"),
        pytest.param(CLOCKS, "take the date or the instant from the command; `handle` stamps it", id="clock"),
        pytest.param(CHANCE, "take the id from the command", id="chance"),
    ],
)
def test_pure_rooms_see_no(forbidden: list[str], mend: str) -> None:
    nothing(
        breaches(pure_rooms(), lambda use: within(use.name, forbidden)),
        "ladders/, workflows/ and the pure facts touch no database, Prefect, clock or random source:",
        mend,
    )


def test_only_one_package_imports_prefect() -> None:
    others = [room for room in rooms(*FLOORS) if not within(room.module, [PREFECT_ROOMS])]
    nothing(
        breaches(others, lambda use: use.imported and within(use.name, ["prefect"])),
        f"only {PREFECT_ROOMS} imports Prefect:",
        f"call a function of {PREFECT_ROOMS}, imported where something is run",
    )


def test_every_room_can_be_read_at_a_sitting() -> None:
    lengths = {room.file: room.text.count("\n") for room in rooms(*FLOORS, "tests", "benchmarks")}
    nothing(
        [f"{file}: {lines} lines" for file, lines in lengths.items() if lines > LONGEST_ROOM],
        f"no module over {LONGEST_ROOM} lines:",
        "part it where the subject changes, each part under a name of its own",
    )


@pytest.mark.parametrize("floor", FOLDED)
def test_a_floor_does_not_go_flat_again(floor: str) -> None:
    held = Counter(room.file.parent for room in rooms(floor) if room.file.name != "__init__.py")
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    nothing(
        [
            *(f"{folder}/: {count} modules" for folder, count in held.items() if count > FULLEST_FOLDER),
            *(
                f"{folder}/: docs/architecture.md has no row for it"
                for folder in held
                if f"`{folder.name}/`" not in page
            ),
        ],
        f"no folder of {floor}/ holds over {FULLEST_FOLDER} modules, and the map names each of them:",
        "part it by what it does, and give each folder its row in docs/architecture.md",
    )


@pytest.mark.parametrize("floor", FOLDED)
def test_folders_of_a_floor_do_not_need_each_other_in_a_circle(floor: str) -> None:
    needs: dict[tuple[str, str], str] = {}
    for room in rooms(floor):
        for use in uses(room.text):
            here, there = folder_of(room.module), folder_of(module_of(use.name))
            if use.imported and within(use.name, [floor]) and here and there and here != there:
                needs[here, there] = f"{room.file}:{use.line}: {use.name}"
    circles = list(nx.strongly_connected_components(nx.DiGraph(needs.keys())))
    nothing(
        [said for ends, said in needs.items() if any(circle.issuperset(ends) for circle in circles)],
        f"folders of {floor}/ need each other in a circle:",
        "move what both need to the folder that is needed",
    )


def test_no_test_excuses_itself() -> None:
    nothing(
        breaches(rooms("tests"), lambda use: within(use.name, EXCUSES)),
        "no test skips or expects to fail:",
        "let the test bring what it needs, or remove it and say so",
    )


@pytest.mark.parametrize("folder", [*FLOORS, "tests"])
def test_only_declared_dependencies_are_imported(folder: str) -> None:
    ours = {*FLOORS, "tests", "benchmarks"}
    known = declared(dev=folder == "tests")
    brings = _brought()

    def undeclared(use: Use) -> bool:
        root = use.name.split(".")[0]
        if not use.imported or root in sys.stdlib_module_names | ours:
            return False
        return not known & {normal(name) for name in brings.get(root, [])}

    nothing(
        breaches(rooms(folder), undeclared),
        "an import of something that pyproject.toml does not declare:",
        "declare it there, explain it in docs/dependencies.md, then `make lock` and `make setup`",
    )


def test_every_dependency_is_locked_and_explained() -> None:
    locked = {normal(pin[1]) for line in lock() if (pin := PIN.fullmatch(line))}
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    explained = {normal(name) for name in re.findall(r"^\| `([\w.-]+)` \|", page, re.MULTILINE)}
    wanted = declared(dev=True)
    nothing(
        [
            *(f"constraints.txt does not lock {name}" for name in sorted(wanted - locked)),
            *(f"docs/dependencies.md does not explain {name}" for name in sorted(wanted - explained)),
            *(f"docs/dependencies.md explains {name}, which is gone" for name in sorted(explained - wanted)),
        ],
        "every direct dependency has its exact version and its reason:",
        "`make lock`, and one line in docs/dependencies.md",
    )


def test_the_lock_holds_versions_only() -> None:
    nothing(
        [f"constraints.txt: {line}" for line in lock() if not line.startswith("#") and not PIN.fullmatch(line)],
        "constraints.txt has lines name==version, no address, no hash, no extras (pip refuses them):",
        "compile it with `make lock`",
    )


def test_the_page_of_shipped_ladders_is_current() -> None:
    from tests.ladders.shipped_page import PAGE, page

    made = "add the ladder to ROWS in tests/ladders/shipped_page.py, then python -m tests.ladders.shipped_page"
    assert PAGE.read_text("utf-8") == page(), made


def test_the_command_line_starts_light() -> None:
    entry = "console.cli" if (ROOT / "console" / "cli.py").exists() else "console"
    program = f"import sys, {entry}; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"import {entry} fails:\n{run.stderr}"
    nothing(
        run.stdout.split(),
        f"`import {entry}` alone loads heavy libraries, and so every command would pay for them:",
        f"import them where they are used; `python -X importtime -c 'import {entry}'` shows who asks",
    )
