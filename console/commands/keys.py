"""Keys: the master key and the key of checkpoints, drawn anew."""

from __future__ import annotations

from typing import Annotated

import typer

from console.options import HERE, AsJson, Data, Lang, answered, emit, language, opened

app = typer.Typer(help="密钥:更换。Keys: replace them.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """密钥:更换。Keys: replace them."""


@app.command()
@answered
def rotate(
    checkpoints: Annotated[
        bool, typer.Option("--checkpoints", help="更换检查点的签名密钥。Replace the key that signs checkpoints.")
    ] = False,
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """更换主密钥:各人的密钥重新包裹,日志不动。Replace the master key: all keys are wrapped anew, the log stays.

    Others may go on working meanwhile.  Killed at any moment it is simply run again.

    Example: jieti keys rotate --data demo
    """
    from engine.backups import sealing
    from engine.folder import MASTER_KEY
    from events.masters import replace_master

    zh, made, said = language(lang) == "zh", dict[str, object](), list[str]()
    with opened(data) as district:
        place = district.keys
        if checkpoints:
            made["checkpoint_key"] = key = sealing.replace_key(district)
            said = [
                "已更换检查点的签名密钥;以前签出的检查点仍然有效"
                if zh
                else "replaced the key that signs checkpoints; those signed before stay good",
                f"请公布新的公钥:{key}" if zh else f"make the new public key known: {key}",
            ]
        else:
            made["wrapped"] = count = replace_master(district.places["vault"], place / MASTER_KEY)
            said = [
                f"已更换主密钥:{count:,} 个密钥重新包裹"
                if zh
                else f"replaced the master key: {count:,} owners' keys wrapped anew",
                f"以前的保险库备份要用以前的 {MASTER_KEY} 打开,备份到期后一并销毁"
                if zh
                else f"backups of the vault made before open with the {MASTER_KEY} of before: destroy both when they "
                "are past",
            ]
    if as_json:
        emit(made)
        return
    for line in said:
        print(line)
    print(
        f"请现在就重新复制 {place} 并另外保管:此后的备份用以前的密钥副本恢复不了"
        if zh
        else f"copy {place} now, and keep that elsewhere: no backup made from now on is restored with a copy of before"
    )
