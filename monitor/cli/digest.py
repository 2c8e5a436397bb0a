"""The weekly digest on demand. The work is in `digesting`, read when it is asked for:
what draws and mails would slow the start of every command."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, JsonOption

BrandOption = Annotated[
    str | None, typer.Option("--brand", help="Only this one; else all we answer for.")
]
WeekOption = Annotated[
    str | None,
    typer.Option(
        "--week",
        help="An ISO week, 2026-W47, or days, 2026-11-01..2026-11-09. "
        "Default: the last that is over.",
    ),
]
FromOption = Annotated[
    str | None,
    typer.Option("--from", help="First day, 2026-11-01, in the brand's zone."),
]
ToOption = Annotated[str | None, typer.Option("--to", help="Last day, counted.")]


def register(app: typer.Typer) -> None:
    app.command()(digest)


def digest(
    config: ConfigOption = DEFAULT_CONFIG,
    brand: BrandOption = None,
    week: WeekOption = None,
    first: FromOption = None,
    last: ToOption = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for its files.", show_default="digest.out"),
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Owe it to Slack and e-mail, once per week.")
    ] = False,
    as_json_: JsonOption = False,
) -> None:
    """Make the digest of a week, or of any days: HTML, CSV and JSON files.

    Example: everyreply digest --brand Acme --week 2026-W47 --out reports
    """
    from monitor.cli.digesting import Wanted, print_digests

    wanted = Wanted(brand, week, first, last)
    print_digests(config, wanted, folder, send=send, as_json_=as_json_)
