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
from pathlib import Path

HERE = Path(__file__).parent
RIVALS = HERE / ".rivals"
# torch 2.13.0 has CPU builds; a bare "torch" pulls gigabytes of GPU libraries.
PACKAGES = ["torch==2.13.0", "neuralforecast==3.3.0", "darts==0.48.1"]
PACKAGES += ["skforecast==0.26.0", "scikeras==0.13.0", "tensorflow==2.21.0"]
PACKAGES += ["scikit-learn==1.9.1", "statsforecast==2.1.1"]
PACKAGES += ["pmdarima==2.1.1", "sktime==1.2.0", "vega_datasets==0.9.0"]  # for series


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
        for packages in (PACKAGES[:1], PACKAGES):
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
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [python, HERE / "_worker.py", name, work],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=env,
            cwd=HERE.parent,
        )

    def go(self) -> dict:
        """Do the work once; return its seconds and whatever else it reports."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        self.errors.seek(0)
        raise RuntimeError(f"{self.name} failed:\n{self.errors.read()[-2000:]}")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def in_turn(contenders: list[Contender], rounds: int) -> dict[str, list[dict]]:
    """Return each contender's results: first the first run, then ``rounds`` more."""
    results: dict[str, list[dict]] = {c.name: [] for c in contenders}
    for _ in range(rounds + 1):
        for contender in contenders:
            results[contender.name].append(contender.go())
    for contender in contenders:
        contender.close()
    return results


def print_ratios(title: str, results: dict[str, list[dict]], own: str) -> None:
    """Print medians over the rounds, and the median of the ratios to ``own``."""
    print(f"\n### {title}\n")
    print("| | first, s | again, median s | times ours, first | times ours, again |")
    print("|---|---|---|---|---|")
    ours = [r["seconds"] for r in results[own]]
    for name, rounds in results.items():
        seconds = [r["seconds"] for r in rounds]
        again = seconds[1:] or seconds  # a grid is searched once
        ratio = statistics.median(
            s / o for s, o in zip(again, ours[1:] or ours, strict=True)
        )
        print(
            f"| {name} | {seconds[0]:.3f} | {statistics.median(again):.3f} "
            f"| {seconds[0] / ours[0]:.1f} | {ratio:.2f} |",
            flush=True,
        )


def machine() -> str:
    """Return one line on the machine."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if "model name" in line]
        model = names[0].split(":")[1].strip() if names else model
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}"
