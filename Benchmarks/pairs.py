"""The two systems under one interface: a pair of nodes with one Dummy resource `app` and an instant fence agent."""
import os
import shutil
import subprocess

import namespaces as ns

HERE = os.path.dirname(os.path.abspath(__file__))
FENCE_AGENT = "/usr/sbin/fence_lockstep_bench"
STATE = "/run/bench-app.state"

CIB = """<cib admin_epoch="1" epoch="1" num_updates="0" validate-with="pacemaker-3.0" crm_feature_set="3.16.1">
  <configuration>
    <crm_config><cluster_property_set id="cib-bootstrap-options">
      <nvpair id="o-1" name="stonith-enabled" value="true"/>
      <nvpair id="o-2" name="no-quorum-policy" value="ignore"/>
    </cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
    <resources>
      <primitive id="app" class="ocf" provider="heartbeat" type="Dummy">
        <instance_attributes id="app-p"><nvpair id="app-p-1" name="state" value="/run/bench-app.state"/></instance_attributes>
        <operations><op id="app-m" name="monitor" interval="10s"/></operations>
      </primitive>
      <primitive id="fence" class="stonith" type="fence_lockstep_bench">
        <instance_attributes id="fence-p"><nvpair id="fence-p-1" name="pcmk_host_list" value="n1 n2"/></instance_attributes>
      </primitive>
    </resources>
    <constraints><rsc_location id="home" rsc="app" node="n1" score="50"/></constraints>
  </configuration>
  <status/>
</cib>
"""

COROSYNC = """totem {{
  version: 2
  cluster_name: bench
  transport: knet
}}
quorum {{
  provider: corosync_votequorum
  two_node: 1
  wait_for_all: 0
}}
logging {{
  to_logfile: yes
  logfile: {log}
  to_syslog: no
}}
nodelist {{
  node {{
    ring0_addr: 10.98.0.1
    name: n1
    nodeid: 1
  }}
  node {{
    ring0_addr: 10.98.0.2
    name: n2
    nodeid: 2
  }}
}}
"""


class Pair:
    """What both systems can do. `daemon` is the process through whose namespaces commands run."""

    daemon = ""

    def __init__(self, directory):
        self.directory = directory
        os.makedirs(directory, exist_ok=True)
        self.pids = {}

    def up(self):
        for node in ns.NODES:
            ns.start(node, self.script(node), f"{self.directory}/{node}.log")

    def pid(self, node):
        """The daemon's process; looked up once, because that takes milliseconds, which would blur what is measured."""
        pid = self.pids.get(node)
        if pid is None or not os.path.exists(f"/proc/{pid}/root/run"):
            pid = self.pids[node] = ns.inner_pid(node, self.daemon)
        return pid

    def app_runs_on(self, node):
        pid = self.pid(node)
        return pid is not None and os.path.exists(f"/proc/{pid}/root{STATE}")

    def crash(self, node):
        ns.kill_all(ns.pids_in(node))

    def inside(self, node, *command):
        return ns.run_inside(self.pid(node), command)

    def memory(self, node):
        """Proportional set size of all processes of the node but its shells, in MB."""
        total = 0
        for pid in ns.pids_in(node):
            try:
                with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                    if comm.read().strip() in ("bash", "unshare", "ip", "setsid"):
                        continue
                with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as rollup:
                    total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
            except (FileNotFoundError, ProcessLookupError, StopIteration):
                continue
        return total / 1024


class Incumbent(Pair):
    name = "corosync + pacemaker"
    daemon = "pacemakerd"

    @staticmethod
    def missing():
        return [p for p in ("corosync", "pacemakerd", "crm_resource") if shutil.which(p) is None]

    def script(self, node):
        here = f"{self.directory}/{node}"
        os.makedirs(f"{here}/pacemaker", exist_ok=True)
        os.makedirs(f"{here}/corosync", exist_ok=True)
        os.makedirs(f"{here}/etc", exist_ok=True)
        with open(f"{here}/etc/corosync.conf", "w", encoding="utf-8") as conf:
            conf.write(COROSYNC.format(log="/var/log/corosync.log"))
        with open(f"{self.directory}/cib.xml", "w", encoding="utf-8") as cib:
            cib.write(CIB)
        return f"""
for d in /dev/shm /run /var/log; do mount -t tmpfs tmpfs $d; done
mkdir -p /run/lock /var/log/pacemaker
cp -a /var/lib/pacemaker/. {here}/pacemaker/
install -o hacluster -g haclient -m 600 {self.directory}/cib.xml {here}/pacemaker/cib/cib.xml
mount --bind {here}/corosync /var/lib/corosync
mount --bind {here}/etc /etc/corosync
mount --bind {here}/pacemaker /var/lib/pacemaker
chown hacluster:haclient /var/log/pacemaker; chmod 775 /var/log/pacemaker
corosync -f & sleep 0.5
pacemakerd -f"""

    def online(self, node):
        return f"* Online: [ n1 n2 ]" in self.inside(node, "crm_mon", "-1")[1]

    def move(self, node):
        return self.inside(node, "crm_resource", "--move", "-r", "app", "-N", node)[0]

    def clear(self, node):
        return self.inside(node, "crm_resource", "--clear", "-r", "app")[0]


class Lockstep(Pair):
    name = "lockstep"
    daemon = "lockstepd"

    def __init__(self, directory, binaries):
        super().__init__(directory)
        self.binaries = binaries

    def script(self, node):
        here = f"{self.directory}/{node}"
        os.makedirs(f"{here}/etc", exist_ok=True)
        with open(f"{here}/etc/corosync.conf", "w", encoding="utf-8") as conf:
            conf.write(COROSYNC.format(log="/var/log/lockstep.log"))
        os.makedirs(f"{here}/var/lib/lockstep/cib", exist_ok=True)
        with open(f"{here}/var/lib/lockstep/cib/cib.xml", "w", encoding="utf-8") as cib:
            cib.write(CIB)
        return f"""
for d in /dev/shm /run; do mount -t tmpfs tmpfs $d; done
exec {self.binaries}/lockstepd --root {here} --foreground"""

    def command(self, node, *words):
        return self.inside(node, f"{self.binaries}/lockstep", "--root", f"{self.directory}/{node}", *words)

    def online(self, node):
        return self.command(node, "status")[1].count("Online: [ n1 n2 ]") > 0

    def move(self, node):
        return self.command(node, "resource", "move", "app", node)[0]

    def clear(self, node):
        return self.command(node, "resource", "clear", "app")[0]


class InstantFenceAgent:
    """Installs a fence agent that always succeeds at once, for both systems, while the benchmark runs."""

    def __enter__(self):
        shutil.copy(f"{HERE}/fence_instant", FENCE_AGENT)
        os.chmod(FENCE_AGENT, 0o755)

    def __exit__(self, *_):
        os.unlink(FENCE_AGENT)


def version(program):
    try:
        return subprocess.run([program, "--version"], capture_output=True, text=True).stdout.splitlines()[0].strip()
    except (OSError, IndexError):
        return "not installed"
