"""The parts of ``make torture``: where their tests are, and what each figure is called on the page."""

from __future__ import annotations

from typing import NamedTuple

from tests.console.forgeries import FOLDERS, PAIRS

Said = tuple[str, str]
"""Chinese, English."""


class Part(NamedTuple):
    """A part that can be run by itself: its title, its tests, what ``wrong`` counts, and its figures' titles."""

    title: Said
    tests: tuple[str, ...]
    wrong: Said
    figures: dict[str, Said]
    root: bool = False
    """Whether it mounts disks of its own, for which it takes the superuser."""


_WORK = {
    "import": ("导入", "import"),
    "cycle": ("评审周期", "a review cycle"),
    "rebuild": ("重新推导", "rebuild"),
    "checkpoint": ("签出检查点", "checkpoint"),
    "erase": ("删除个人", "erase"),
    "backup": ("备份（做成的都能恢复）", "backup (what was made is restored)"),
    "keys rotate": ("更换主密钥", "keys rotate"),
    "verify --deep": ("深度检查", "verify --deep"),
}
"""What a process or a machine is stopped in the middle of."""

PARTS: dict[str, Part] = {
    "mutations": Part(
        ("单项改动", "Single changes of a data folder"),
        ("tests/engine/test_mutations.py",),
        ("未发现", "not found"),
        {
            "column": ("任一事件任一列的一个字节或值", "a byte or a value in any column of any event"),
            "events": ("事件删除、插入、对调、截断", "events taken out, slipped in, exchanged, cut off"),
            "projection": ("推导出来的任一行", "any row of what is derived"),
            "node": ("哈希树的节点", "a node of the tree"),
            "columns": ("列文件的字节、截短、缺失", "a column file: a byte, cut short, taken away"),
            "key": ("密钥文件与保险库", "the key files and the vault"),
            "structure": ("触发器与索引", "a trigger or an index dropped"),
            "file": ("数据库文件的原始字节，或被截短", "raw bytes of the database's file, or its end cut off"),
        },
    ),
    "outsider": Part(
        ("只凭外部检查点与 jieti-verify", "With an outside checkpoint, a proof, and jieti-verify alone"),
        ("tests/console/test_outsider.py",),
        ("未识破", "not told"),
        {name: (zh, name) for name, (zh, *_) in (FOLDERS | PAIRS).items()}
        | {
            "the genuine folder": ("未动过的文件夹：认可", "a folder that nobody touched: accepted"),
            "a genuine proof of a grant": ("真证明：认可", "a genuine proof of a grant: accepted"),
            "a genuine proof of another grant": ("真证明：认可", "a genuine proof of another grant: accepted"),
            "a genuine extension": ("真延续证明：认可", "a genuine extension: accepted"),
            "a genuine extension of an earlier checkpoint": (
                "真延续证明（更早的检查点）：认可", "a genuine extension of an earlier checkpoint: accepted"
            ),
        },
    ),
    "kills": Part(
        ("kill -9", "kill -9 at random moments"),
        ("tests/engine/test_kills.py", "tests/engine/test_killing.py", "tests/console/test_cli_killed.py"),
        ("丢失、重复或须人工修复", "lost, twice, or to be mended by hand"),
        {
            **_WORK,
            "command line": ("真实命令行的导入与推进", "import and advance by the real command line"),
        },
    ),
    "power": Part(
        ("断电", "Power that fails"),
        ("tests/engine/test_power.py",),
        ("丢失、重复或须人工修复", "lost, twice, or to be mended by hand"),
        {
            "init": ("建立文件夹", "a folder is made"),
            **_WORK,
        },
        root=True,
    ),
    "disks": Part(
        ("装满的磁盘", "Disks that fill up"),
        ("tests/console/test_full_disk.py",),
        ("没有报错、丢失或不能继续", "unsaid, lost, or no work afterwards"),
        {
            "import": ("导入", "import"),
            "import of people": ("导入人员", "import of people"),
            "checkpoint": ("签出检查点", "checkpoint"),
            "backup": ("备份", "backup"),
            "restore": ("恢复", "restore"),
            "erase": ("删除个人", "erase"),
            "rebuild": ("重新推导", "rebuild"),
            "keys rotate": ("更换主密钥", "keys rotate"),
            "new key of checkpoints": ("更换检查点密钥", "keys rotate --checkpoints"),
            "verify --deep": ("深度检查", "verify --deep"),
            "export": ("导出", "export"),
            "a person's file": ("导出本人资料", "export-person"),
            "init": ("建立文件夹", "init"),
            "look": ("查阅", "a person's account of hours"),
        },
        root=True,
    ),
    "faults": Part(
        ("磁盘、锁与时钟", "Disks, locks, clocks"),
        ("tests/engine/test_faults.py", "tests/console/test_cli_faults.py"),
        ("没有报错、丢失或不能继续", "unsaid, lost, or no work afterwards"),
        {
            "full": ("写入途中磁盘已满", "the disk full in the middle of an append"),
            "io": ("写入途中输入输出错误", "an input/output error in the middle of an append"),
            "init": ("建立文件夹途中磁盘已满", "the disk full while a folder is made"),
            "out": ("输出到已满的磁盘", "what is written out, onto a full disk"),
            "read-only": ("只读的文件夹", "a folder that can only be read"),
            "files": ("打开的文件过多", "too many open files"),
            "locked": ("另一个程序一直占着写锁", "another program keeps the write lock"),
            "clock": ("时钟拨回、拨前、跳动", "a clock set back, set forward, jumping"),
        },
    ),
    "fuzz": Part(
        ("乱码与残缺的文件", "Files of nonsense"),
        ("tests/console/test_fuzz.py", "tests/console/test_fuzz_proofs.py"),
        ("崩溃、停顿或误信", "crashed, hung, or believed"),
        {
            "ladder": ("阶梯文件", "ladder files"),
            "catalogue": ("佐证目录", "evidence catalogues"),
            "csv": ("csv 表格", "sheets as csv"),
            "xlsx": ("xlsx 表格", "sheets as xlsx"),
            "checkpoint": ("检查点", "checkpoints"),
            "proof": ("证明", "proofs"),
        },
    ),
    "others": Part(
        ("其余的长测试", "The other tests that take minutes"),
        (),
        ("失败", "failed"),
        {"tests": ("测试", "tests")},
    ),
}  # fmt: skip
