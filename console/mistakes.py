"""What went wrong, as a sentence that says how to mend it: (code, Chinese, English)."""

from __future__ import annotations

import errno

from events.faults import Fault, fault

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
    errno.EDQUOT: ("磁盘配额已用完;腾出空间后再运行一次", "the disk quota is used up: make room and run it again"),
    errno.EFBIG: (
        "文件超出了允许的大小;请放宽限制后再运行一次", "no file may grow that large: raise the limit and run it again"
    ),
    errno.EIO: ("读写磁盘出错;请检查磁盘", "the disk could not be read or written: look at it"),
    errno.EMFILE: ("打开的文件太多;关闭一些程序后再试", "too many open files: close some programs and try again"),
    errno.ENFILE: ("打开的文件太多;关闭一些程序后再试", "too many open files: close some programs and try again"),
    errno.ENAMETOOLONG: ("文件名太长", "this name is too long"),
    errno.ELOOP: ("符号链接绕成了圈", "its symbolic links go in a circle"),
}  # fmt: skip
_AGAIN = (
    "。没写完的这一步不算数,此前已记录的都在;之后再运行同一条命令,就从那里接着做",
    (
        ". The step that it broke into counts for nothing, what was recorded before stays; "
        "run the same command again to go on from there"
    ),
)
_FAULTS: dict[Fault, tuple[str, str]] = {
    "locked": (
        "另一个程序正在写入,等了 30 秒还没有轮到;请稍后再试",
        "another program was writing for 30 s: try again in a while",
    ),
    "full": ("磁盘已满:请腾出空间" + _AGAIN[0], "the disk is full: make room" + _AGAIN[1]),
    "io": (
        "读写数据文件时磁盘出错:请检查磁盘(空间、配额、是否损坏、网络盘是否还连着)" + _AGAIN[0],
        "the disk failed while the data files were read or written: look at it (room, quota, damage, a network drive "
        "that is gone)" + _AGAIN[1],
    ),
    "read-only": (
        "不能写入数据文件夹:它是只读的,或者您没有权限;请换有权限的用户,或改正权限后再试",
        "the data folder cannot be written: it is read-only, or not yours to write; mend its permissions and try again",
    ),
    "cannot open": (
        "打不开数据文件:没有权限、文件夹只读,或打开的文件太多;改正后再试",
        "the data files cannot be opened: not permitted, a read-only folder, or too many open files; mend that first",
    ),
    "damaged": (
        "数据文件已损坏;用 jieti audit verify 看坏在哪里,再从备份恢复",
        "a data file is damaged: jieti audit verify says where; restore a backup",
    ),
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
    if type(error).__name__ == "FileCreateError" and error.args and isinstance(error.args[0], OSError):
        error = error.args[0]  # how XlsxWriter says it
    kind = type(error).__name__
    if kind == "LadderError":
        return "ladder", error.text("zh"), error.text("en")  # type: ignore[attr-defined]
    if (of := fault(error)) is not None:
        return of, *_FAULTS[of]
    if kind == "Unreadable":
        zh = f"日志里有本程序读不懂的事件({error});如果是较新的 jieti 写的,请安装它;否则用 jieti audit verify 检查"
        en = f"the log has an event that this program cannot read ({error}); if a newer jieti wrote it, install that; "
        return "unreadable", zh, en + "otherwise look with jieti audit verify"
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _FILES):
        zh, en = _FILES.get(error.errno or 0, (str(error.strerror), str(error.strerror)))
        if error.filename is None:
            return "file", f"读写文件时出错:{zh}", f"a file could not be read or written: {en}"
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of a copy it is the other file's disk
        file = (full and error.filename2) or error.filename
        return "file", f"{file}:{zh}", f"{file}: {en}"
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
