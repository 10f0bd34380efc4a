"""Runs programs and takes their time and memory."""
import os
import subprocess
import time
from collections import namedtuple

# Seconds on the clock and of the processor, and the peak of memory in megabytes.
Run = namedtuple("Run", "wall cpu memory")


def run(command, limit):
    """One run; `None` when it failed or did not end within `limit` seconds."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pause = 0.0005
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        elapsed = time.monotonic() - begin
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            result = Run(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
            return result if process.returncode == 0 else None
        if elapsed > limit:
            process.kill()
            process.wait()
            return None
        time.sleep(pause)
        pause = min(0.01, pause * 1.2)


def best(command, limit, repeat):
    """The run of least processor time among `repeat`; long ones are not repeated."""
    results = []
    for _ in range(repeat):
        result = run(command, limit)
        if result is None:
            return None
        results.append(result)
        if result.wall > 5:
            break
    return min(results, key=lambda result: result.cpu)


def median(values):
    values = sorted(values)
    return values[len(values) // 2]
