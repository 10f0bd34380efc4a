"""Daemons of one kind, Lockstep or corosync, in network namespaces of their own on one bridge."""
import os
import shutil
import subprocess
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BRIDGE = "lsmsg0"


def ip(*words, check=True):
    subprocess.run(["ip", *words], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def namespace(index):
    return f"lsmsg-n{index}"


class Cluster:
    """Daemons of one kind in namespaces of their own; a context manager, so that they go whatever happens."""

    def __init__(self, kind, count, encrypted, folder, client, daemon, totem=""):
        self.kind, self.count, self.encrypted, self.folder, self.client = kind, count, encrypted, folder, client
        self.daemon, self.totem, self.key = os.path.abspath(daemon), totem, os.urandom(256)
        self.processes = []

    def configuration(self):
        crypto = "  crypto_cipher: aes256\n  crypto_hash: sha256\n" if self.encrypted else "  secauth: off\n"
        nodes = "".join(
            f"  node {{\n    name: n{i}\n    nodeid: {i}\n    ring0_addr: 10.95.0.{i}\n  }}\n"
            for i in range(1, self.count + 1))
        two = "  two_node: 1\n  wait_for_all: 0\n" if self.count == 2 else ""
        return (f"totem {{\n  version: 2\n  cluster_name: bench\n  transport: knet\n{crypto}{self.totem}}}\n"
                f"nodelist {{\n{nodes}}}\nquorum {{\n  provider: corosync_votequorum\n{two}}}\n"
                "logging {\n  to_syslog: no\n  to_stderr: yes\n}\nlockstep {\n  resource_manager: none\n}\n")

    def __enter__(self):
        self.clean()
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("link", "set", BRIDGE, "up")
        for i in range(1, self.count + 1):
            name = namespace(i)
            ip("netns", "add", name)
            ip("link", "add", f"lsmsg{i}", "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", f"lsmsg{i}", "master", BRIDGE, "up")
            ip("-n", name, "addr", "add", f"10.95.0.{i}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
            self.start(i)
        self.wait_for_ring()
        return self

    def start(self, i):
        place = os.path.join(self.folder, f"{self.kind}-{i}")
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(os.path.join(place, "etc"))
        os.makedirs(os.path.join(place, "var"))
        with open(os.path.join(place, "etc", "corosync.conf"), "w", encoding="utf-8") as file:
            file.write(self.configuration())
        with open(os.open(os.path.join(place, "etc", "authkey"), os.O_CREAT | os.O_WRONLY, 0o400), "wb") as file:
            file.write(self.key)
        if self.kind == "corosync":
            command = (f"mount --make-rprivate /; mount --bind {place}/etc /etc/corosync; "
                       f"mount --bind {place}/var /var/lib/corosync; mount -t tmpfs tmpfs /run; exec corosync -f")
        else:
            command = f"exec {self.daemon} --root {place} --node n{i} --corosync-ipc"
        # Stays the parent of its namespace: killing it ends the daemon.
        self.processes.append(subprocess.Popen(
            ["ip", "netns", "exec", namespace(i), "unshare", "-m", "-p", "-f", "--kill-child", "bash", "-c", command],
            stdin=subprocess.DEVNULL, stdout=open(os.path.join(place, "log"), "w"), stderr=subprocess.STDOUT))

    def wait_for_ring(self):
        members = []
        for i in range(1, self.count + 1):
            process = subprocess.Popen(["ip", "netns", "exec", namespace(i), self.client, "receive"])
            members.append(process)
        self.processes += members
        for _ in range(300):
            done = self.run(1, "count", str(self.count))
            if done is not None:
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.kind}: no ring of {self.count} nodes; see {self.folder}")

    def run(self, i, *words):
        done = subprocess.run(["ip", "netns", "exec", namespace(i), self.client, *words], capture_output=True, text=True)
        return [float(word) for word in done.stdout.split()] if done.returncode == 0 else None

    def daemon_statistics(self, i):
        """The process ids of the daemon of node i, each with the fields of /proc/PID/stat after the name."""
        found = subprocess.run(["ip", "netns", "pids", namespace(i)], capture_output=True, text=True).stdout.split()
        for pid in found:
            try:
                with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                    name, fields = file.read().rsplit(")", 1)
            except FileNotFoundError:
                continue
            if name.endswith(("(corosync", "(lockstepd", "(messaging")):
                yield int(pid), fields.split()

    def processor_seconds(self):
        total = 0.0
        for i in range(1, self.count + 1):
            for _, fields in self.daemon_statistics(i):
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return total

    def signal(self, i, number):
        """Sends the daemon of node i a signal."""
        for pid, _ in self.daemon_statistics(i):
            os.kill(pid, number)

    def clean(self):
        # The programs before the daemons that they would complain of.
        for process in reversed(self.processes):
            process.kill()
        for process in self.processes:
            process.wait()
        for i in range(1, 9):
            # The link first: with its namespace alone it would vanish a moment later.
            ip("link", "delete", f"lsmsg{i}", check=False)
            ip("netns", "delete", namespace(i), check=False)
        ip("link", "delete", BRIDGE, check=False)

    def __exit__(self, *_):
        self.clean()
