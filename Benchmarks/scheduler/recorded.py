"""Every recorded case, ours and the incumbent's in turn: is any slower than the incumbent beyond the start of the process?"""
import os
import sys

from measuring import median, run

# What two runs of the same program on the same case differ by without a reason, in seconds of processor time.
NOISE = 0.002


def measure(programs, cases, graph, repeat):
    """For each case and program the median processor time, and the names of the cases that a program fails on.

    Where a program cannot carry its plan out on paper (Pacemaker 2.1.5 aborts on some), both only plan.
    """
    rows = []
    failing = []
    for number, path in enumerate(cases):
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {len(cases)}", end="", file=sys.stderr, flush=True)
        for task in "-S", "-R":
            times = [[] for _ in programs]
            for _ in range(repeat):
                for program, list_of_times in zip(programs, times):
                    result = run([program, "-x", path, task, "-G", graph], 30)
                    if result:
                        list_of_times.append(result.cpu)
                if not all(times):
                    break
            if all(times):
                rows.append((os.path.basename(path)[:-4], [median(t) for t in times]))
                break
        else:
            failing.append(os.path.basename(path)[:-4])
    return rows, failing


def start(program):
    """The processor time of a start that does nothing."""
    return median([run([program, "--version"], 30).cpu for _ in range(21)])


def compare(ours, theirs, directory, graph, repeat, every=1):
    """Prints totals and the ten worst ratios; the names of cases that are slower, measured again to be sure."""
    cases = sorted(os.path.join(directory, name) for name in os.listdir(directory) if name.endswith(".xml"))[::every]
    programs = [ours, theirs]
    starts = [start(program) for program in programs]

    def is_slower(times):
        return times[0] - starts[0] > times[1] - starts[1] + NOISE

    rows, failing = measure(programs, cases, graph, repeat)
    again = [os.path.join(directory, name + ".xml") for name, times in rows if is_slower(times)]
    checked = dict(measure(programs, again, graph, max(7, repeat))[0])
    rows = [(name, checked.get(name, times)) for name, times in rows]
    totals = [sum(times[i] for _, times in rows) for i in range(2)]
    print(f"\n{len(rows)} recorded cases, milliseconds of processor time (lockstep, pacemaker):")
    print(f"{'start of the process':44}{starts[0] * 1e3:8.1f}{starts[1] * 1e3:8.1f}")
    print(f"{'all cases':44}{totals[0] * 1e3:8.0f}{totals[1] * 1e3:8.0f}   ratio {totals[0] / totals[1]:.2f}")

    if failing:
        print("not compared, because one of the programs fails on them: " + " ".join(failing))

    def ratio(times):
        return (times[0] - starts[0]) / max(times[1] - starts[1], 0.0005)

    for name, times in sorted(rows, key=lambda row: -ratio(row[1]))[:10]:
        print(f"{name:44}{times[0] * 1e3:8.1f}{times[1] * 1e3:8.1f}   ratio {ratio(times):.2f} without the start")
    return [name for name, times in rows if is_slower(times)]
