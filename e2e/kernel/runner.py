#!/usr/bin/env python3
"""The real kernel as judge: builds scenarios in network namespaces, sends their probes, and tells what it saw.

Reads one job a line from standard input (JSON, made by judge.ts), writes one answer a line. A job holds the namespaces, the
commands that the simulator exports, the programs in the pods, and the probes; an answer holds, for every probe, the object of
`trace --json` with what the kernel did. Everything happens in a mount namespace of this process and in network namespaces that
only it holds: when it ends, however it ends, nothing is left. Python 3.8 and later, standard library only.
"""
import ctypes
import fcntl
import json
import os
import re
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(HERE, "../../src/scenario/lab")]

import programs  # noqa: E402  (the very file that a lab is shipped with)
from capture import Capture  # noqa: E402
from drops import Drops  # noqa: E402
from probe import Probe  # noqa: E402

LIBC = programs.LIBC
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 4096, 0x4000, 0x40000, 2
PR_SET_PDEATHSIG = 1
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
LEGACY = {"iptables": "iptables-legacy", "iptables-restore": "iptables-legacy-restore"}
SIOCETHTOOL, ETHTOOL_GLINK = 0x8946, 10
LAB, NETNS = "/run/lab/", "/run/netns/"
LATER = 1.25  # a timer of 50 ms fires up to two ticks (4 ms each) late
QUIET = 0.004  # seconds without a frame after which a probe's last frames have arrived


def system(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def become_private():
    """A /run of our own: names of namespaces are files there, and the lock of iptables."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    system(LIBC.unshare(CLONE_NEWNS), "unshare")
    system(LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "mount / private")
    system(LIBC.mount(b"lab", b"/run", b"tmpfs", 0, None), "mount /run")
    os.makedirs(LAB)
    os.makedirs(NETNS)
    os.environ["XTABLES_LOCKFILE"] = "/run/xtables.lock"
    os.environ["LC_ALL"] = "C"
    os.chdir(LAB)  # a command names a namespace like shop/web, which is a path from here


def path_of(ns):
    return (LAB if "/" in ns else NETNS) + ns


def write_sysctl(key, value):
    """False when this kernel has no such key. A device name may have a dot, as flannel.1 does."""
    parts = re.fullmatch(r"(net\.ipv4\.(?:neigh|conf))\.(.+)\.(\w+)", key)
    path = "/".join((parts[1].replace(".", "/"), parts[2], parts[3])) if parts else key.replace(".", "/")
    try:
        with open("/proc/sys/" + path, "w", encoding="ascii") as file:
            file.write(value)
        return True
    except FileNotFoundError:
        return False


def create(ns, settings):
    path = path_of(ns)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="ascii"):
        pass
    system(LIBC.unshare(CLONE_NEWNET), "unshare --net")
    system(LIBC.mount(b"/proc/self/ns/net", path.encode(), None, MS_BIND, None), f"mount {path}")
    lo_up()
    for key, value in settings.items():
        write_sysctl(key, value)


def lo_up():
    """`ip link set lo up`, without a process."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def sync_carriers():
    """Has the kernel act on every change of carrier in this namespace at once.

    It does so by itself (linkwatch), but up to a second late for a pair whose two ends happen to have the same index; asking
    a device for its link is what makes it look (ethtool_op_get_link). Twice, for a bridge loses its carrier with its last
    port's, and is asked before the port.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for _, name in [*socket.if_nameindex(), *socket.if_nameindex()]:
            value = ctypes.create_string_buffer(struct.pack("II", ETHTOOL_GLINK, 0))
            try:
                fcntl.ioctl(s, SIOCETHTOOL, struct.pack("16sQ8x", name.encode(), ctypes.addressof(value)))
            except OSError:
                pass  # a device without a link of its own


def enter_home(home):
    system(LIBC.setns(home, CLONE_NEWNET), "setns")


class CommandError(Exception):
    """A command of the simulator that this kernel answers in another way."""


def words_of(text):
    """The words of a command and its standard input, which a here document holds."""
    line, _, below = text.partition("\n")
    command, _, end = line.partition(" <<")
    stdin = below.rstrip("\n")[: -len(end.strip("'\""))] if end else ""
    argv = shlex.split(command, comments=True)
    # TRACE tells the numbers of rules only where the legacy tables hold them
    argv[0] = LEGACY.get(argv[0], argv[0])
    return argv, stdin


class Commands:
    """Carries commands out with the real tools: those of one namespace in order, many by one call of a tool."""

    def __init__(self, commands):
        self.queues = {}
        made_by = {}
        for index, command in enumerate(commands):
            argv, stdin = words_of(command["text"])
            waits = [made_by[command["ns"], word] for word in argv if (command["ns"], word) in made_by]
            if "peer" in argv and "netns" in argv:
                made_by[argv[argv.index("netns") + 1], argv[argv.index("peer") + 2]] = index
            item = (index, argv, stdin, command.get("refused"), waits)
            self.queues.setdefault(command["ns"], []).append(item)
        self.done = set()

    def run(self):
        while any(self.queues.values()):
            before = len(self.done)
            for ns, queue in self.queues.items():
                ready = []
                while queue and all(w in self.done or any(w == r[0] for r in ready) for w in queue[0][4]):
                    ready.append(queue.pop(0))
                if ready:
                    programs.enter(path_of(ns))
                    self.batch(ns, ready)
                    self.done.update(item[0] for item in ready)
            assert len(self.done) > before, "commands wait for each other"

    def batch(self, ns, items):
        lines, tool = [], None
        for _, argv, stdin, refused, _ in items:
            kind = argv[0] if refused is None and argv[0] in ("ip", "bridge", "sysctl") and not stdin else None
            if kind == "sysctl":
                key, _, value = argv[-1].partition("=")
                if write_sysctl(key, value):
                    continue
                kind = None
            if kind != tool or kind is None:
                self.flush(ns, tool, lines)
                lines, tool = [], kind
            if kind is None:
                self.one(ns, argv, stdin, refused)
            else:
                lines.append(" ".join(shlex.quote(word) for word in argv[1:]))
        self.flush(ns, tool, lines)

    @staticmethod
    def flush(ns, tool, lines):
        if not lines:
            return
        text = "\n".join(lines) + "\n"
        done = subprocess.run([tool, "-batch", "-"], input=text, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise CommandError(f"in {ns}: {tool} -batch: {done.stderr.strip()}\n{text}")

    @staticmethod
    def one(ns, argv, stdin, refused):
        done = subprocess.run(argv, input=stdin, text=True, capture_output=True, check=False)
        said = done.stderr.strip()
        if refused is None and done.returncode != 0:
            raise CommandError(f"in {ns}: {shlex.join(argv)}: {said}\n{stdin}")
        if refused is not None and (done.returncode == 0 or said != refused):
            answer = "took it" if done.returncode == 0 else f'said "{said}"'
            raise CommandError(f'in {ns}: {shlex.join(argv)}: the simulator refused with "{refused}", Linux {answer}')


class Machine:
    """One scenario, standing."""

    def __init__(self, job, drops):
        self.job, self.drops = job, drops
        self.programs, self.capture = [], None
        self.owners = {}
        self.started = 0.0
        self.poll = select.epoll()

    def build(self):
        job = self.job
        for ns in job["namespaces"]:
            create(ns, job["settings"])
        Commands([*job["commands"], *job["tests"]]).run()
        paths = {ns: path_of(ns) for ns in job["namespaces"]}
        self.programs = programs.open_programs(job, paths)
        for program in self.programs:
            for file in program.files:
                self.watch(file, program)
        self.sync()
        self.capture = Capture(paths, job, self.drops)

    def sync(self):
        for ns in self.job["namespaces"]:
            programs.enter(path_of(ns))
            sync_carriers()

    def watch(self, file, program):
        self.owners[file.fileno()] = (file, program)
        self.poll.register(file, select.EPOLLIN)

    def forget(self, file):
        self.owners.pop(file.fileno(), None)
        self.poll.unregister(file)

    def serve(self, timeout):
        """Lets the programs work; True when one had something to do."""
        busy = False
        for fd, _ in self.poll.poll(timeout):
            if fd in self.owners:
                busy = True
                file, program = self.owners[fd]
                program.ready(file, self.watch, self.forget)
        return busy

    def settle(self):
        """Until neither a frame nor a program has moved for a while."""
        last = time.monotonic()
        while time.monotonic() - last < QUIET:
            served, seen = self.serve(0.001), self.capture.drain()
            if served or seen:
                last = time.monotonic()

    def wait(self, end):
        """For what happens after the client has its answer: a neighbour is given up whom somebody else asks."""
        while time.monotonic() < end:
            self.serve(0.001)
            self.capture.drain()

    def probe(self, step):
        programs.enter(path_of(step["from"]))
        begun = time.monotonic()
        probe = Probe(step)
        end = begun + step["timeout"]
        while probe.result is None and time.monotonic() < end:
            self.serve(0.0005)
            self.capture.drain()
            probe.look()
        self.settle()
        probe.close()
        self.wait(begun + step["lasts"] * LATER)
        self.settle()
        at = begun - self.started
        return {"at": at, "result": probe.result or "timeout", **self.capture.take()}

    def run(self):
        answers = []
        self.started = time.monotonic()
        for i, step in enumerate(self.job["steps"]):
            self.settle()
            late = self.capture.take()
            # a busy machine can be late with a probe's last drops; what a command brings about belongs to no probe
            if i > 0 and "text" not in self.job["steps"][i - 1]:
                add(answers[-1], late)
            if "text" in step:
                Commands([step]).run()
                self.sync()
                if " link add " in step["text"]:
                    self.capture.learn()
            else:
                answers.append(self.probe(step))
        return answers

    def close(self, home):
        for program in self.programs:
            program.close()
        if self.capture is not None:
            self.capture.close()
        self.poll.close()
        enter_home(home)
        for ns in self.job["namespaces"]:
            path = path_of(ns)
            if os.path.exists(path):
                LIBC.umount2(path.encode(), MNT_DETACH)
                os.unlink(path)


def add(answer, late):
    """What was seen only after an answer was complete."""
    if "drops" not in late:
        answer.pop("drops", None)
    for kind in late.keys() & answer.keys():
        for ns, seen in late[kind].items():
            answer[kind].setdefault(ns, []).extend(seen)


def carry_out(job, home, drops):
    machine, started = Machine(job, drops), time.monotonic()
    try:
        machine.build()
        built = time.monotonic()
        answers = machine.run()
        probed = time.monotonic()
        return {"answers": answers, "seconds": {"build": built - started, "probe": probed - built}}
    except CommandError as error:
        return {"refused": str(error)}
    except Exception:  # told with its place: a bug of these files, or a machine that lacks something
        return {"error": traceback.format_exc()}
    finally:
        machine.close(home)


def main():
    become_private()
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    drops, ready = None, {}
    try:
        drops = Drops()
        ready["reasons"] = list(drops.reasons.values())
    except (OSError, KeyError, ValueError) as error:
        ready["noDrops"] = f"{type(error).__name__}: {error}"
    print(json.dumps(ready), flush=True)
    for line in sys.stdin:
        print(json.dumps(carry_out(json.loads(line), home, drops)), flush=True)


if __name__ == "__main__":
    main()
