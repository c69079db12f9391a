"""Every frame of every device of many namespaces, seen by one process, in the order of each namespace.

One AF_PACKET socket with a TPACKET_V2 ring a namespace. A ring copies a frame as it passes; a socket without one keeps a clone
whose bytes the kernel may still rewrite, and was seen to show a frame with the next hop's addresses. What a ring holds is in
order; its time stamps are not (a bridge and a VXLAN device hand a frame on with its old one), so they are not used.
"""
import concurrent.futures
import ctypes
import mmap
import os
import socket
import struct

from frames import ethernet, ipv4
from netlink import Listener
from programs import LIBC, enter

SOL_PACKET, PACKET_RX_RING, PACKET_VERSION, TPACKET_V2 = 263, 5, 10, 1
ETH_P_ALL = 3
FRAME, FRAMES, BLOCK = 1 << 12, 512, 1 << 16
OUTGOING = 4
ARPHRD_ETHER, ARPHRD_LOOPBACK = 1, 772


class Ring:
    """The frames of one namespace. Opening and closing wait for the kernel's RCU, so many are done at once, in threads."""

    def __init__(self, path):
        enter(path)
        self.socket = s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        s.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
        s.setsockopt(SOL_PACKET, PACKET_RX_RING, struct.pack("IIII", BLOCK, FRAME * FRAMES // BLOCK, FRAME, FRAMES))
        self.memory = mmap.mmap(s.fileno(), FRAME * FRAMES)
        address = struct.pack("HHiHBB8x", socket.AF_PACKET, socket.htons(ETH_P_ALL), 0, 0, 0, 0)
        if LIBC.bind(s.fileno(), address, len(address)) != 0:
            raise OSError(ctypes.get_errno(), "bind of a packet socket")
        self.path, self.names, self.next = path, {}, 0
        self.learn()

    def learn(self):
        """The names of the devices; one that has gone keeps its own, for no other gets its index."""
        enter(self.path)
        self.names.update(socket.if_nameindex())

    def read(self):
        """The frames that came since, oldest first, decoded."""
        frames = []
        while True:
            at = self.next * FRAME
            status, _, length, start = struct.unpack_from("IIIH", self.memory, at)
            if not status & 1:
                return frames
            _, _, index, hardware, kind = struct.unpack_from("HHiHB", self.memory, at + 32)
            data = bytes(self.memory[at + start : at + start + length])
            layers = ethernet(data) if hardware in (ARPHRD_ETHER, ARPHRD_LOOPBACK) else ipv4(data)
            name = self.names.get(index, str(index))
            frames.append({"dev": name, "dir": "out" if kind == OUTGOING else "in", "layers": layers})
            struct.pack_into("I", self.memory, at, 0)
            self.next = (self.next + 1) % FRAMES

    def close(self):
        self.memory.close()
        self.socket.close()


class Capture:
    """All namespaces of a job: frames and drops of every one, rules and connections of the `traced`."""

    def __init__(self, paths, job, drops):
        self.pool = concurrent.futures.ThreadPoolExecutor(16)
        self.rings = dict(zip(paths, self.pool.map(Ring, paths.values())))
        self.frames = {}
        self.drops, self.numbers = drops, {os.stat(path).st_ino: ns for ns, path in paths.items()}
        self.listeners = {}
        for ns in job["traced"]:
            enter(paths[ns])
            self.listeners[ns] = Listener()

    def drain(self):
        busy = False
        for ns, ring in self.rings.items():
            frames = ring.read()
            if frames:
                busy = True
                self.frames.setdefault(ns, []).extend(frames)
        for listener in self.listeners.values():
            busy |= listener.drain()
        return busy

    def learn(self):
        """Devices have come."""
        for ring in self.rings.values():
            ring.learn()

    def take(self):
        """What was seen since the last time; no drops when some may be missing."""
        frames, self.frames = self.frames, {}
        rules, connections = {}, {}
        for ns, listener in self.listeners.items():
            matched, new = listener.take()
            if matched:
                rules[ns] = matched
            if new:
                connections[ns] = new
        told = {"frames": frames, "rules": rules, "conntrack": connections}
        if self.drops is None:
            return told
        found = self.drops.take(self.numbers)
        if found is None:
            return told
        dropped = {}
        for ns, reason, where in found:
            dropped.setdefault(ns, []).append([reason, where])
        return {**told, "drops": dropped}

    def close(self):
        for listener in self.listeners.values():
            listener.close()
        list(self.pool.map(Ring.close, self.rings.values()))
        self.pool.shutdown()
