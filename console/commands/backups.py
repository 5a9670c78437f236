"""Backups: a copy of a folder that is at work, and a folder made of such a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, Mistake, answered, emit, language, opened, tell


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(backup)
    app.command()(restore)


@answered
def backup(
    folder: Annotated[Path, typer.Argument(help="备份写到哪个新文件夹。The new folder of this backup.")],
    vault: Annotated[
        Path | None,
        typer.Option(
            help="同时备份保险库,存放在这个文件夹。Back up the vault too, into this folder.", show_default=False
        ),
    ] = None,
    keep_days: Annotated[int, typer.Option(min=1, help="保险库备份保留几天。Days to keep the vault's copy.")] = 30,
    keys: Annotated[
        Path | None,
        typer.Option(
            help="你保管的密钥副本,核对它是不是现在的。Your copy of the keys: refused if older.", show_default=False
        ),
    ] = None,
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """备份正在使用的数据文件夹。Back up a data folder while others write to it: the log, and a signed checkpoint.

    No key is in it: keep a copy of keys/ elsewhere; --keys tells whether it is that of today.
    With --vault the vault is copied to a folder of its own, and its
    copies there whose days are over are deleted.

    Example: jieti backup backups/2026-07-01 --vault vaults --data demo
    """
    from console.screens.backups import backed_up, backup_json
    from engine.backups.copies import make

    with opened(data) as district:
        made = make(district, folder, vault, keep_days, keys)
        place = district.keys
    if as_json:
        emit(backup_json(made))
    else:
        backed_up(made, place, keys, language(lang)).print()


@answered
def restore(
    backup: Annotated[Path, typer.Argument(help="备份所在的文件夹。The folder of the backup.")],
    folder: Annotated[Path, typer.Argument(help="恢复成哪个新的数据文件夹。The new data folder.")],
    vault: Annotated[
        Path, typer.Option(help="保险库的备份,或存放它的文件夹。The vault's copy, or the folder that it is in.")
    ],
    keys: Annotated[Path, typer.Option(help="密钥副本所在的文件夹。The folder with your copy of the keys.")],
    against: Annotated[
        list[Path] | None,
        typer.Option(help="另外保管的检查点,可写多次。Checkpoints kept elsewhere; repeatable.", show_default=False),
    ] = None,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """用备份恢复成新的数据文件夹,并先自证完整。Make a new data folder of a backup, which proves itself first.

    Exit status 1, and nothing is left, if something was cut or changed.

    Example: jieti restore backups/2026-07-01 restored --vault vaults --keys kept-keys --against 2026.checkpoint
    """
    from console.screens.backups import restored, restored_json
    from console.screens.progress import bar
    from engine.backups.restoring import NotWhole
    from engine.backups.restoring import restore as make_again

    for place in (backup, keys):
        if not place.is_dir():
            raise Mistake(f"没有文件夹 {place}", f"there is no folder {place}")
    language(lang)
    try:
        with bar("核对 checking") as tick:
            found = make_again(backup, vault, keys, folder, against or (), tick)
    except NotWhole as error:
        tell((error.code, error.zh, error.en), as_json=as_json, lang=lang)
        raise typer.Exit(1) from None
    if as_json:
        emit(restored_json(found))
    else:
        restored(found, language(lang)).print()
