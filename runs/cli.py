"""The command `qdmer`. Each command is a module of runs.commands."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from runs.commands.count import count
from runs.commands.design import design
from runs.commands.fit import fit
from runs.commands.micrograph import micrograph
from runs.commands.new import new
from runs.commands.recipes import recipes
from runs.commands.report import report
from runs.commands.reproduce import reproduce
from runs.commands.run import run
from runs.commands.sensitivity import sensitivity
from runs.commands.spectra import spectra
from runs.commands.sweep import sweep
from runs.commands.tour import tour
from runs.complaints import RecipeError, Stopped

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
ROOMS = ("physics", "assembly", "runs")


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from runs.version import version

        click.echo(f"qdmer {version()}")
        context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example:  qdmer run cds-dimers --set heating.temperature_c=210",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """From the flask to the spectrum: which quantum-dot molecules form, and what they absorb."""


COMMANDS = (
    run,
    sweep,
    fit,
    design,
    sensitivity,
    spectra,
    report,
    count,
    micrograph,
    recipes,
    new,
    reproduce,
    tour,
)
for command in COMMANDS:
    cli.add_command(command)


def strangers() -> list[str]:
    """One sentence for each of our packages that Python would take from somewhere else."""
    home = Path(__file__).resolve().parent.parent
    found = []
    for room in ROOMS:
        spec = find_spec(room)
        where = Path(spec.origin).resolve().parent if spec and spec.origin else None
        if spec is not None and where is None and spec.submodule_search_locations:
            where = Path(next(iter(spec.submodule_search_locations))).resolve()
        if where is None:
            found.append(f"The package {room!r} of qdmer is missing beside {home / 'runs'}; install qdmer again.")
        elif where != home / room:
            found.append(f"The package {room!r} comes from {where} and not from qdmer's own {home}: check PYTHONPATH.")
    return found


def _complain(sentence: str) -> None:
    click.echo(f"qdmer: {' '.join(sentence.split())}", err=True)


def main(arguments: list[str] | None = None) -> None:
    """Entry point: every error is one sentence on standard error, and the exit code says which kind it was."""
    from runs.interruption import listen

    listen()
    for sentence in strangers():
        _complain(sentence)
    sys.exit(exit_code(arguments))


def exit_code(arguments: list[str] | None) -> int:
    """Run the command line (None: that of the process); 0 done, 1 ran and failed, 2 bad input, 130 interrupted."""
    try:
        with cli.make_context("qdmer", sys.argv[1:] if arguments is None else list(arguments)) as context:
            cli.invoke(context)
        sys.stdout.flush()
        return DONE
    except click.exceptions.Exit as leaving:  # --help and --version
        return leaving.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return BAD_INPUT
    except click.ClickException as error:
        _complain(error.format_message())
        return BAD_INPUT
    except RecipeError as error:
        _complain(str(error))
        return BAD_INPUT
    except Stopped as error:
        _complain(str(error))
        return FAILED
    except (KeyboardInterrupt, click.Abort) as interrupt:
        _complain(str(interrupt) or "Interrupted; nothing was left behind.")
        return INTERRUPTED
    except BrokenPipeError:  # `qdmer recipes | head`: nobody reads any further, which is no failure
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        if os.environ.get("QDMER_TRACEBACK"):  # for bug reports; changes no result
            raise
        _complain(f"Failed with {type(error).__name__}: {error} (QDMER_TRACEBACK=1 shows where).")
        return FAILED
