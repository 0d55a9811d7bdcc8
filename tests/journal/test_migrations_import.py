"""What the journal's import costs a process."""

from __future__ import annotations

import subprocess
import sys


def test_the_journal_does_not_load_numpy_and_leaves_it_for_others() -> None:
    program = (
        "import sys; import station.journal.journal; early = 'numpy' in sys.modules;"
        "import numpy; print(early, numpy.array([1]).sum())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1"]
