"""Child processes with bounds, for parsers and codecs that meet bytes from strangers.

Two cells of a spreadsheet can ask for a table of seventeen billion, and one changed byte of a WSQ picture makes its
codec write past its memory: in a child that costs the child. It starts in 0.05 to 0.1 s.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path


def start(module: str, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Run `python -m module arguments`, with pipes at its output."""
    root = str(Path(__file__).resolve().parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def limit(memory: int, seconds: int) -> None:
    """In the child, first of all: so many bytes of address space, so many seconds of processor time, no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
