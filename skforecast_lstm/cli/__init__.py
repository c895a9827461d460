"""The command line: parses, calls, prints."""

from __future__ import annotations

import os
import sys

import typer

from skforecast_lstm.cli._forecast import forecast

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Forecast time series with LSTM networks, beside the naive forecast.",
)
app.command()(forecast)


@app.callback()
def skforecast_lstm() -> None:
    """Forecast time series with LSTM networks, beside the naive forecast."""


def main() -> None:
    """Run the command line; an error takes one line of stderr and exit code 2."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        sys.exit(app(sys.argv[1:] or ["--help"], standalone_mode=False))
    except typer.TyperException as error:  # a wrong option or command
        reason = error.format_message().replace("Value error, ", "")
        text = f"{reason} (--help shows what there is)"
    except (ValueError, TypeError, OSError) as error:  # wrong data
        text = str(error)
    typer.echo(f"Error: {' '.join(text.split())}", err=True)
    sys.exit(2)
