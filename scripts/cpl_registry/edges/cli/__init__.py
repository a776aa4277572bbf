"""The command `cpl`. Each command is imported only when it is called: start-up stays cheap."""

from __future__ import annotations

import importlib
import sys

import click

from cpl_registry.edges.failure import CannotJudge

# command: (module, what it does in one line)
COMMANDS = {
    "validate": ("checking", "every rule on the register, or on the named files"),
    "fix": ("checking", "canonical form and every safe repair, in place"),
    "explain": ("checking", "a rule: what, why, how to mend; without one, the catalogue"),
    "review": ("reviewing", "what a submission does, judged from Git"),
    "build": ("publishing", "the whole publication: site, DCC extract, data"),
    "serve": ("publishing", "the site with live reload"),
    "extract": ("publishing", "the DCC extract alone"),
    "status": ("asking", "what is submitted, listed, held; for an entry or the register"),
    "history": ("asking", "what happened to an entry, from its file and from Git"),
    "release": ("releasing", "a signed delivery: extract, data, manifest, delivery file"),
    "sign": ("signing", "the signature of a release made on another machine"),
    "verify": ("signing", "digests, signature, sequence and chain of a release"),
    "rehearse": ("rehearsing", "a stand-in DSP: verifies, loads, answers"),
    "acknowledge": ("answering", "the DCC's answer into the register"),
    "baseline": ("answering", "the list that the DCC already holds becomes the first delivery"),
    "recall": ("answering", "a delivery declared bad: what to load instead"),
    "check-inventory": ("inventory", "devices of a supplier's inventory against the list"),
    "readiness": ("foreseeing", "dated changes ahead against what the DSP recognises"),
    "simulate": ("foreseeing", "hold against substitute, day by day"),
    "new": ("new", "a new entry from questions, options, or a firmware file"),
    "import": ("importing", "a workbook or CSV into entry files"),
    "accept": ("acts", "submissions onto the list"),
    "amend": ("acts", "values that change, with their history line"),
    "renew": ("acts", "a renewed certificate"),
    "correct": ("acts", "values that were wrong, with the decision"),
    "remove": ("acts", "entries off the list, with status, cause and reference"),
    "reinstate": ("acts", "removed entries onto the list again"),
    "close": ("acts", "submissions that will not be listed"),
    "incident": ("incidents", "what went wrong: opened, noted, closed, with what it touches"),
    "campaign": ("campaigns", "who must correct what by when: opened, noticed, decided, closed"),
    "decide": ("deciding", "a decision into the register, as a draft or published"),
    "certificates": ("certificates", "CPA certificates that end: lists and notices"),
    "panel-report": ("papers", "a paper for the Panel: position, what lies ahead, options"),
    "doctor": ("doctoring", "what is wrong with this machine, clone or register"),
    "init": ("starting", "an empty register with the reference data"),
}


class _Commands(click.Group):
    """The commands, found by name and imported when called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cpl_registry.edges.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cpl() -> None:
    """The Certified Products List: a register of text files, checked, published, delivered.

    Exit codes: 0 clean, 1 findings of severity error, 2 cannot judge or wrong use.
    """


def main() -> None:
    """Runs a command; what cannot be judged is one line on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # A name with an umlaut must not stop a report on a terminal that knows only ASCII.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    if sys.flags.optimize > 1:
        click.echo("cpl: Python was started with -OO, which takes the rules' texts away", err=True)
        sys.exit(2)
    try:
        sys.exit(cpl(prog_name="cpl", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "cpl"
        click.echo(f"cpl: {error.format_message()} (see: {asked} --help)", err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)  # stopped from the keyboard
    except CannotJudge as error:
        click.echo(f"cpl: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        # A full disk, a folder that nobody may write to: what is replaced in one step is as it was.
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"cpl: {where}{error.strerror or error}", err=True)
        sys.exit(2)
