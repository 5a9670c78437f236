"""What went wrong, as a sentence that says how to mend it: (code, Chinese, English)."""

from __future__ import annotations

import errno

Said = tuple[str, str, str]

_FILES = {
    errno.ENOENT: ("没有这个文件或文件夹", "there is no such file or folder"),
    errno.EISDIR: ("这是文件夹,不是文件", "this is a folder, not a file"),
    errno.ENOTDIR: ("路径中有一段是文件,不是文件夹", "a part of this path is a file, not a folder"),
    errno.EEXIST: ("已经有这个文件或文件夹", "there is such a file or folder already"),
    errno.EACCES: ("没有权限", "permission denied"),
    errno.EPERM: ("没有权限", "permission denied"),
    errno.EROFS: ("这个磁盘只能读", "this disk can only be read"),
    errno.ENOSPC: ("磁盘已满;腾出空间后再运行一次", "the disk is full: make room and run it again"),
}
_USAGE = {
    "NoSuchOption": "没有这个选项",
    "NoSuchCommand": "没有这个命令",
    "MissingParameter": "少了一个参数",
    "BadParameter": "参数的值不对",
    "BadOptionUsage": "选项的用法不对",
}


def told(error: Exception) -> Said | None:
    """What a user can mend; none for a defect of ours."""
    kind = type(error).__name__
    if kind == "LadderError":
        return "ladder", error.text("zh"), error.text("en")  # type: ignore[attr-defined]
    if kind == "OperationalError" and "locked" in str(error):
        return (
            "locked",
            "另一个程序正在写入,等了 30 秒还没有轮到;请稍后再试",
            "another program was writing for 30 s: try again in a while",
        )
    if kind == "Unreadable":
        zh = f"日志里有本程序读不懂的事件({error});如果是较新的 jieti 写的,请安装它;否则用 jieti audit verify 检查"
        en = f"the log has an event that this program cannot read ({error}); if a newer jieti wrote it, install that; "
        return "unreadable", zh, en + "otherwise look with jieti audit verify"
    if isinstance(error, OSError) and error.filename is not None:
        zh, en = _FILES.get(error.errno or 0, (str(error.strerror), str(error.strerror)))
        return "file", f"{error.filename}:{zh}", f"{error.filename}: {en}"
    said = getattr(error, "zh", None), getattr(error, "en", None)
    if isinstance(said[0], str) and isinstance(said[1], str):
        return str(getattr(error, "code", kind.lower())), said[0], said[1]
    return None


def usage(kind: str, message: str, command: str) -> Said:
    """A command line that Typer could not read: which kind of mistake, what Typer says, the command."""
    zh = next((said for name, said in _USAGE.items() if name == kind), "命令的写法不对")
    if kind == "UsageError" and message.startswith("No such command"):
        zh = _USAGE["NoSuchCommand"]
    said = message.rstrip(".")
    return "usage", f"{zh}({said});写法见 {command} --help", f"{said}; see {command} --help"
