"""The most memory that a process ever had, as the kernel counts it since that process began its program.

`ru_maxrss` is not that: it begins with what the process had that started this one, which in a run of tests is
hundreds of megabytes, so that nothing measured by it could ever be too much.
"""

from pathlib import Path


def most() -> int:
    """Return it in kilobytes, for this process."""
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(told.split()[1])
