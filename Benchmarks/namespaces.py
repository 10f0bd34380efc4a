"""Two network namespaces on one bridge, and processes inside them, each node with mounts of its own."""
import os
import signal
import subprocess
import time

BRIDGE = "lsbench0"
NODES = ("n1", "n2")


def address(node):
    return f"10.98.0.{NODES.index(node) + 1}"


def namespace(node):
    return f"lsbench-{node}"


def ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Network:
    """The bridge and the namespaces; a context manager, so that they go whatever happens."""

    def __enter__(self):
        self.__exit__()
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("link", "set", BRIDGE, "up")
        for node in NODES:
            name, link = namespace(node), f"lsb-{node}"
            ip("netns", "add", name)
            ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", link, "master", BRIDGE, "up")
            ip("-n", name, "addr", "add", f"{address(node)}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        for node in NODES:
            kill_all(pids_in(node))
            ip("netns", "delete", namespace(node), check=False)
        ip("link", "delete", BRIDGE, check=False)


def pids_in(node):
    """Every process in the node's network namespace."""
    found = subprocess.run(["ip", "netns", "pids", namespace(node)], capture_output=True, text=True)
    return [int(word) for word in found.stdout.split()]


def kill_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def start(node, script, log):
    """Runs a shell script as the node's first process, with its own mounts, host name and process ids."""
    return subprocess.Popen(
        ["setsid", "ip", "netns", "exec", namespace(node), "unshare", "-m", "-u", "-i", "-p", "-f", "--mount-proc",
         "bash", "-c", f"mount --make-rprivate /; hostname {node}; {script}"],
        stdin=subprocess.DEVNULL, stdout=open(log, "a"), stderr=subprocess.STDOUT)


def inner_pid(node, program):
    """The pid, as seen from outside, of the node's process of that name."""
    for pid in pids_in(node):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                if comm.read().strip() == program:
                    return pid
        except (FileNotFoundError, ProcessLookupError):
            continue
    return None


def run_inside(pid, command):
    """Runs a command in all namespaces of a process; its exit status and output."""
    if pid is None:
        return 69, ""
    done = subprocess.run(
        ["nsenter", "-t", str(pid), "-m", "-u", "-i", "-n", "-p", "--", *command], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def wait_until(condition, limit, interval=0.002):
    """The seconds until `condition()` held, or None when `limit` seconds passed."""
    begin = time.monotonic()
    while time.monotonic() - begin < limit:
        if condition():
            return time.monotonic() - begin
        time.sleep(interval)
    return None
