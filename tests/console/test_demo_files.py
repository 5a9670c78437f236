"""The invented district: its shape, its files as an office has them, and that nothing in it is left to chance."""

import csv
import hashlib
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from console.demo import names
from console.demo.chief import PARTS
from console.demo.days import in_term
from console.demo.district_files import (
    EVIDENCE_KINDS,
    Manifest,
    WrittenFile,
    write_ballots,
    write_files,
    write_nominations,
    write_studio_nominations,
)
from console.demo.tables import NOBODY

pytestmark = pytest.mark.xdist_group("demo files")  # they share the one district that takes seconds to write

Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    """A file's rows by header, as any program would read them."""
    if path.suffix == ".csv":
        data = path.read_bytes()
        text = data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "gb18030")
        return list(csv.DictReader(text.splitlines()))
    header, *rest = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rest]


class District:
    """What was written, and the rows of each kind without those that are faulty by design."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._read: dict[Path, list[Row]] = {}

    def all_rows(self, file: WrittenFile) -> list[Row]:
        if file.path not in self._read:
            self._read[file.path] = rows_of(file.path)
        return self._read[file.path]

    def good(self, kind: str) -> list[Row]:
        return [
            row
            for file in self.manifest.files
            if file.kind == kind
            for number, row in enumerate(self.all_rows(file), start=2)
            if number not in {bad.row for bad in file.bad}
        ]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    return District(write_files(tmp_path_factory.mktemp("district")))


def digest(manifest: Manifest) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in manifest.paths]


def test_the_same_seed_writes_the_same_bytes_and_another_seed_another_district(tmp_path: Path) -> None:
    first = write_files(tmp_path / "a", seed=3, teachers=300)
    again = write_files(tmp_path / "b", seed=3, teachers=300)
    other = write_files(tmp_path / "c", seed=4, teachers=300)
    assert digest(first) == digest(again)
    assert (first.nominees, first.panel) == (again.nominees, again.panel)
    assert not set(digest(first)) & set(digest(other))


def test_a_district_too_small_for_its_studios_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 300 teachers"):
        write_files(tmp_path, teachers=299)
    assert list(tmp_path.iterdir()) == []


def test_progress_rises_to_all_rows(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    manifest = write_files(tmp_path, teachers=300, progress=lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1] == (sum(file.rows for file in manifest.files),) * 2


def test_it_has_the_shape_and_the_counts_of_the_sources(district: District) -> None:
    units = Counter(row["类型"] for row in district.good("units"))
    assert (units["名师培养中心"], units["学区名师工作站"], units["中心校"]) == (1, 5, 8)
    assert units["教育集团"] >= 2
    assert 80 <= units["学校"] <= 100
    assert Counter(row["类别"] for row in district.good("studios")) == {"名师": 20, "名校长": 15, "名班主任": 14}
    hired = [row for row in district.good("people") if row["变动"] == "入职"]
    assert len([row for row in hired if row["单位代码"] != "DW-001"]) == 3000
    schools = [row for row in district.good("units") if row["类型"] == "学校"]
    assert 0.5 < sum(row["城乡"] == "城区" for row in schools) / len(schools) < 0.65


def test_there_are_a_hundred_thousand_pieces_of_evidence(district: District) -> None:
    counts = {kind: len(district.good(kind)) for kind in EVIDENCE_KINDS}
    assert sum(counts.values()) == district.manifest.evidence_rows >= 100_000
    assert counts["trainings"] >= 70_000
    assert counts["evaluations"] >= 8_000
    assert counts["reflections"] >= 10_000


def test_the_manifest_counts_what_is_in_the_files(district: District) -> None:
    for file in district.manifest.files:
        assert len(district.all_rows(file)) == file.rows
    assert 30 <= sum(len(file.bad) for file in district.manifest.files) <= 60


def test_faulty_rows_are_where_the_manifest_says(district: District) -> None:
    for file in district.manifest.files:
        rows = district.all_rows(file)
        strangers = {number for number, row in enumerate(rows, start=2) if NOBODY in row.values()}
        assert strangers == {bad.row for bad in file.bad if bad.why in ("unknown staff number", "unknown mentor")}
        for bad in file.bad:
            if bad.fate == "repeat":  # its date may be written otherwise
                said = [{header: cell for header, cell in row.items() if "日期" not in header} for row in rows]
                assert said.index(said[bad.row - 2]) < bad.row - 2, f"{file.path.name}: the original comes first"


def test_a_record_number_is_given_once(district: District) -> None:
    for kind, header in (("trainings", "记录编号"), ("reflections", "反思编号")):
        numbers = Counter((row.get("来源"), row[header]) for row in district.good(kind) if row.get(header))
        assert numbers.most_common(1)[0][1] == 1


def test_what_has_no_record_number_is_told_apart_by_person_title_and_day(district: District) -> None:
    signed = Counter(
        (row["工号"], row["培训项目"], row["日期"]) for row in district.good("trainings") if "记录编号" not in row
    )
    done = Counter((row["工号"], row["佐证类型"], row["名称"], row["日期"]) for row in district.good("evidence"))
    assert signed.most_common(1)[0][1] == done.most_common(1)[0][1] == 1


def test_codes_refer_to_what_was_written_before(district: District) -> None:
    units, above = set(), []
    for row in district.good("units"):
        above.append(not row["上级单位代码"] or row["上级单位代码"] in units)
        units.add(row["单位代码"])
    assert all(above)
    staff = {row["工号"] for row in district.good("people")}
    assert staff == set(district.manifest.staff_numbers)
    studios = {row["工作室编号"] for row in district.good("studios")}
    assert {row["单位代码"] for row in district.good("people")} <= units
    for kind in EVIDENCE_KINDS:
        assert {row["工号"] for row in district.good(kind)} <= staff
    assert {row["工作室编号"] for row in district.good("memberships")} == studios
    assert {row["徒弟工号"] for row in district.good("mentors")} <= staff


def test_every_studio_has_its_host_and_eight_members_or_more_and_nobody_is_in_three(district: District) -> None:
    members = district.good("memberships")
    hosts = {row["工作室编号"]: row["主持人工号"] for row in district.good("studios")}
    assert {row["工作室编号"]: row["工号"] for row in members if row["角色"] == "主持人"} == hosts
    teams: dict[str, set[str]] = {}
    sizes: dict[str, set[str]] = {}
    for row in members:
        teams.setdefault(row["工号"], set()).add(row["工作室编号"])
        sizes.setdefault(row["工作室编号"], set()).add(row["工号"])
    assert max(map(len, teams.values())) == 2
    assert all(8 <= len(people) <= 17 for people in sizes.values())
    assert any(row["退出日期"] for row in members)


def test_titles_are_held_on_every_rung_and_some_a_day_too_short(district: District) -> None:
    held = [row for row in district.good("standings") if row.get("工号")]
    rungs = Counter(row["级"] for row in held)
    assert rungs["主持人"] == 49
    assert rungs["核心成员"] >= 200
    assert rungs["发展对象"] >= 800
    assert len({row["工号"] for row in held}) == len(held)
    days = {row["日期"] for row in held if row["级"] == "发展对象"}
    assert {"2025年6月30日", "2025年7月1日"} <= days
    assert all(row["文号"] for row in held)


def test_most_nominees_are_development_targets_and_a_few_are_not(district: District) -> None:
    held = {row.get("工号"): row["级"] for row in district.good("standings")}
    nominees = district.manifest.nominees
    targets = sum(held.get(number) == "发展对象" for number in nominees)
    assert len(nominees) == len(set(nominees)) == 200
    assert 185 <= targets < 200


def test_the_panel_is_seven_people_of_the_centre_who_are_no_candidates(district: District) -> None:
    units = {row["工号"]: row["单位代码"] for row in district.good("people")}
    panel = district.manifest.panel
    assert len(set(panel)) == 7
    assert {units[number] for number in panel} == {"DW-001"}
    assert not set(panel) & set(district.manifest.nominees)


def test_the_review_of_chief_teachers_has_its_people_where_they_belong(district: District) -> None:
    chief = district.manifest.chief
    people = [row for row in district.good("people") if row["变动"] == "入职"]
    units = {row["工号"]: row["单位代码"] for row in people}
    above = {row["单位代码"]: row["上级单位代码"] for row in district.good("units")}
    assert Counter(one.part for one in chief.candidates) == Counter(PARTS)
    candidates = {one.number for one in chief.candidates}
    assert {above[units[number]] for number in candidates} == {chief.scope}
    assert all(units[one.number] == one.school for one in chief.candidates)
    assert {units[one] for pair in chief.schools.values() for one in pair} == {one.school for one in chief.candidates}
    judges = {*chief.group, *chief.panel, chief.stand_in, *(one for pair in chief.schools.values() for one in pair)}
    others = {*chief.lapsing, *chief.lasting}
    assert not candidates & (judges | others | set(district.manifest.nominees))
    assert not judges & others
    assert units[chief.group[1]] == chief.colleagues
    mentored = {row["徒弟工号"] for row in district.good("mentors") if row["师傅工号"] == chief.group[2]}
    assert mentored == {one.number for one in chief.of("mentored")}


@pytest.mark.parametrize("seed", range(11, 15))
def test_any_district_has_people_for_every_part(seed: int, tmp_path: Path) -> None:
    chief = write_files(tmp_path, seed=seed, teachers=300).chief
    assert Counter(one.part for one in chief.candidates) == Counter(PARTS)
    assert (len(set(chief.group)), len(set(chief.panel))) == (5, 7)
    assert len({*chief.lapsing, *chief.lasting}) == 4


def test_names_of_people_can_be_found_in_nothing_else(district: District) -> None:
    given = {character for name in district.manifest.names for character in name[1:]}
    units = {row["单位名称"] for row in district.good("units")}
    titles = {row["培训项目"] for row in district.good("trainings")}
    assert len(set(district.manifest.names)) == len(district.manifest.staff_numbers) == 3012
    assert not given & set("".join(units | titles) + names.DOCUMENT_MARK)


def test_offices_write_dates_and_numbers_in_many_ways(district: District) -> None:
    written = {
        "".join("9" if one.isdigit() else one for one in str(row["日期"]))
        for kind in ("trainings", "evidence")
        for row in district.good(kind)
        if row.get("日期")
    }
    assert {"9999-99-99", "9999.9.9", "9999年9月9日", "99999999", "9999.9"} <= written
    assert any(isinstance(row["日期"], date) for row in district.good("evaluations"))
    assert any("０" <= character <= "９" for row in district.good("trainings") for character in str(row["学时"]))


def test_one_platform_exports_in_gb18030_and_another_with_a_byte_order_mark(district: District) -> None:
    texts = {path.name: path.read_bytes() for path in district.manifest.paths if path.suffix == ".csv"}
    marked = {name for name, data in texts.items() if data.startswith(b"\xef\xbb\xbf")}
    (plain,) = set(texts) - marked
    assert marked
    assert texts[plain].decode("gb18030").startswith("工号,姓名,单位,培训项目")
    with pytest.raises(UnicodeDecodeError):
        texts[plain].decode("utf-8")


def test_recognition_is_pending_for_a_few_and_reflections_thin_out_upwards(district: District) -> None:
    trainings = district.good("trainings")
    assert 0.01 < sum(row["认定状态"] == "待认定" for row in trainings) / len(trainings) < 0.03
    reached = Counter(row["入选级别"] for row in district.good("reflections"))
    ladder = [reached[level] for level in ("未入选", "工作室", "工作站", "区级")]
    assert all(lower > higher > 0 for lower, higher in pairwise(ladder))


def test_the_first_and_the_last_day_have_trainings(district: District) -> None:
    first = {str(row.get("开始日期")) for row in district.good("trainings")}
    assert {"2023-06-30", "2023-07-01", "2023-06-28", "2026-06-15"} <= first


def test_lessons_are_not_observed_in_the_holidays(district: District) -> None:
    days = [str(row["日期"]) for row in district.good("trainings") if row["来源"] == "听课系统"]
    taught = [in_term(date.fromisoformat(day)) for day in days if len(day) == 10 and day[4] == day[7] == "-"]
    assert sum(taught) > 0.9 * len(taught)


def test_lists_for_the_cycle_have_their_headers(tmp_path: Path) -> None:
    people = write_nominations(tmp_path, ["JC2015-00001", "JC2016-00002"])
    studios = write_studio_nominations(tmp_path, ["GZS-MS-01"])
    votes = write_ballots(tmp_path, [("JC2015-00001", "JC2001-00003", "同意")])
    studio_votes = write_ballots(tmp_path, [("GZS-MS-01", "JC2001-00003", "弃权")], studios=True)
    assert rows_of(people) == [{"工号": "JC2015-00001"}, {"工号": "JC2016-00002"}]
    assert rows_of(studios) == [{"工作室编号": "GZS-MS-01"}]
    assert rows_of(votes) == [{"工号": "JC2015-00001", "评委工号": "JC2001-00003", "意见": "同意"}]
    assert rows_of(studio_votes) == [{"工作室编号": "GZS-MS-01", "评委工号": "JC2001-00003", "意见": "弃权"}]
    assert len({people, studios, votes, studio_votes}) == 4
