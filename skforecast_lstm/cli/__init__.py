"""The command line: parses, calls, prints."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import typer

from skforecast_lstm._interrupts import interrupts_end_all
from skforecast_lstm.cli._backtest import backtest
from skforecast_lstm.cli._forecast import forecast
from skforecast_lstm.cli._info import info
from skforecast_lstm.cli._search import search

HELP = """Forecast time series with LSTM networks, beside the naive forecast.

FILE is a CSV with a header, or Parquet: a row a time, the oldest first, one column \
of times (ISO 8601, as 2024-05-31) and one or more of numbers. Many series may stand \
one below the other, with a column of their names (--group). Results go to stdout, \
progress to stderr.

Examples:

\b
  skforecast-lstm forecast
      12 months of the airline passengers that ship with the package
  skforecast-lstm forecast sales.csv --target sold --horizon 6 --interval 0.9
      6 steps with bounds that hold the truth nine times in ten
  skforecast-lstm forecast sales.csv --output next.csv --output next.png
      a table and a picture
  skforecast-lstm forecast shops.csv --group shop --target sold
      one model for many series
  skforecast-lstm forecast air.csv --target pm2.5 --fill interpolate
      missing values filled between their neighbours
  skforecast-lstm backtest sales.csv --horizon 6 --n-origins 8 --refit 0
      the errors that forecasts from 8 earlier origins would have had
  skforecast-lstm search sales.csv --horizon 6 --budget 60 --save best.model
      the best network that a minute finds, kept in a file
  skforecast-lstm forecast newer.csv --load best.model
      a forecast by it, without training
  skforecast-lstm info sales.csv
      columns, frequency and missing values

Every COMMAND --help lists its options. Exit codes: 0 done; 1 whoever \
read the output went away; 2 wrong call or data, said in one line on stderr; \
130 stopped by Ctrl-C.
"""

CTRL_C = 130  # the exit code of a process that SIGINT ended

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=HELP)
for command in (forecast, backtest, search, info):
    app.command()(command)


def main() -> None:
    """Run the command line; an error takes one line of stderr and exit code 2."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    try:
        with warnings.catch_warnings(), interrupts_end_all():
            # What is not defined, as the skill on a constant series, the tables show.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.showwarning = _in_one_line
            code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        if code == CTRL_C:
            typer.echo("Stopped by Ctrl-C", err=True)
        sys.exit(code)
    except typer.TyperException as error:  # a wrong option or command
        reason = error.format_message().replace("Value error, ", "")
        text = f"{reason} (--help shows what there is)"
    except (ValueError, TypeError, OSError) as error:  # wrong data
        text = str(error)
    typer.echo(f"Error: {' '.join(text.split())}", err=True)
    sys.exit(2)


def _in_one_line(message: Any, *_: Any, **__: Any) -> None:
    """Write a warning without the place in the source, which is no one's concern."""
    typer.echo(f"Warning: {' '.join(str(message).split())}", err=True)
