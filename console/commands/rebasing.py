"""A cycle that goes on under another version of its ladder."""

from __future__ import annotations

from typing import Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Cycle,
    Data,
    For,
    Lang,
    Reason,
    acting,
    answered,
    emit,
    given,
    language,
)


def add_to(app: typer.Typer) -> None:
    """Put this command on the command line."""
    app.command()(rebase)


@answered
def rebase(
    cycle: Cycle,
    to_version: Annotated[
        str, typer.Option(help="改按哪个版本:位置、散列值或日期。Which version: its position, hash or day of force.")
    ],
    reason: Reason = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看谁会有变化,不记录。Only tell whom it concerns.")
    ] = False,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """让评审周期改按另一个版本:有理由、留记录,在途的申报重新审核。Let a cycle go on under another version.

    Example: jieti cycle rebase 2026 --to-version 812 --reason 新办法已经施行 --dry-run
    """
    from console.looking import at_list
    from console.published import pointed
    from console.screens.rebasing import rebased, rebased_json
    from engine.assessing.impact import of_cycle
    from engine.cycles.rebasing import rebase as carry_out
    from engine.cycles.rebasing import try_out
    from workflows.acts import RebaseCycle
    from workflows.commands import Landed

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        opened = district.cycle(which)
        edition = pointed(f"{opened.ladder}@{to_version}", district).edition
        assert edition is not None, "a version was named"
        command = RebaseCycle(
            **said, ladder=opened.ladder, version=edition.version.sha256, reason="-" if dry_run else given(reason)
        )
        changes = try_out(district, command)
        found = list(of_cycle(district, which, edition.version.ladder, edition.version.sha256))
        at_list(district, actor, "cycle rebase", which, len(found), lang=lang)
        asked = 0
        if not dry_run:  # where nothing changes, the reason is compared, and what was asked for is asked for
            answer, asked = carry_out(district, command)
            changes = isinstance(answer, Landed)
        if as_json:
            emit(rebased_json(district, which, edition, found, changes=changes, dry=dry_run, asked=asked))
        else:
            rebased(
                district, which, edition, found, changes=changes, dry=dry_run, asked=asked, lang=language(lang)
            ).print()
