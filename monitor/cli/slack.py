"""The slack commands: make the app, and see whether all of it is in place."""

import typer
from rich.text import Text

from monitor.app import utc_now
from monitor.cli.common import DEFAULT_CONFIG, ConfigOption, Exit, fail, out, read, say

group = typer.Typer(
    help="Set Slack up: the app's manifest, and a check of everything.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="slack")


@group.command()
def manifest() -> None:
    """Print the app's manifest, and the link that makes the app with one press.

    Example: everyreply slack manifest
    """
    from monitor.slack.manifest import as_text, link

    typer.echo(as_text())
    typer.echo(f"\nMake the app with one press:\n{link()}", err=True)


@group.command("check")
def check_slack(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Check tokens, scopes, channels, clock and every layout; nothing is posted.

    Example: everyreply slack check
    """
    # slack_sdk is slow to import and only needed here.
    from monitor.slack.check import check
    from monitor.slack.client import connect

    found = read(config, needs_secrets=True).config
    if found.slack is None:
        words = "config.yaml has no slack: section; docs/slack.md shows one"
        fail(words, Exit.WRONG_CONFIG)
    is_fine = True
    for one in check(connect(found.slack), found, found.slack, utc_now):
        mark = Text("ok   ", style="green") if one.fine else Text("FAIL ", style="red")
        say(out(), mark + Text(f"{one.subject}: {one.words}"))
        is_fine &= one.fine
    if not is_fine:
        raise typer.Exit(Exit.NO)
