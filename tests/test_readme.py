"""The README does what it says."""

import doctest
import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def test_examples_run():
    failures, tried = doctest.testfile(
        str(README),
        module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
    )
    assert tried > 10
    assert failures == 0


def test_two_commands_of_one_line():
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(), flags=re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert "skforecast-lstm forecast" in blocks[0]
    assert "pytest" in blocks[1]
