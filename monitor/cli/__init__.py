"""The `everyreply` command."""

import gc
import logging
import sys
from importlib import metadata
from io import TextIOWrapper
from typing import Annotated

import typer

from monitor.cli import check, digest, explore, listen, look, model, slack, status
from monitor.cli.common import out, say
from monitor.cli.log import LINE, Discreet

HELP = """Every public comment gets a response.

Everyreply watches for mentions of your brands, tells how each one feels, and brings
every mention that needs an answer to the people who answer.

Exit codes: 0 fine, 1 the answer is no (a check failed, the ledger does not add up,
nothing matched), 2 the command or config.yaml is wrong, 3 a source, the database or
the model cannot be used.
"""

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(out(), f"everyreply {metadata.version('everyreply')}")
        raise typer.Exit


@app.callback()
def _main(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log more, to stderr.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            callback=_show_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    for stream in (sys.stdout, sys.stderr):
        # What this terminal's encoding lacks is shown as its number, not a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet(LINE, in_full=verbose))
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, handlers=[handler]
    )
    for noisy in ("apscheduler", "httpx2", "httpcore2", "alembic", "huggingface_hub"):
        logging.getLogger(noisy).setLevel(logging.ERROR)


for module in (listen, check, status, look, digest, explore, model, slack):
    module.register(app)


def main() -> None:
    # What was imported stays to the end: no garbage to look for in it, again and again.
    gc.freeze()
    app()
