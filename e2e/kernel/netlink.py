"""What netfilter says of itself: every rule that matched (legacy iptables' TRACE, through NFLOG) and every new connection.

Both come over netlink, in the kernel's order and without loss, and belong to one network namespace: the one whose socket it is.
"""
import socket
import struct

NETLINK_NETFILTER = 12
SUBSYS_CONNTRACK, SUBSYS_ULOG = 1, 4
NFULNL_MSG_PACKET, NFULNL_MSG_CONFIG = 0, 1
NLM_F_REQUEST_ACK, NLM_F_CREATE = 5, 0x400
CONFIG_CMD, CONFIG_MODE, BIND, COPY_META = 1, 2, 1, 1
PREFIX = 10
NFNLGRP_CONNTRACK_NEW = 1
BUFFER = 8 << 20


def attributes(data):
    found, at = {}, 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("HH", data, at)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[at + 4 : at + length]
        at += (length + 3) & ~3
    return found


def messages(data):
    at = 0
    while at + 16 <= len(data):
        length, kind, flags, _, _ = struct.unpack_from("IHHII", data, at)
        yield kind >> 8, kind & 255, flags, data[at + 16 : at + length]
        at += (length + 3) & ~3


def tuple_of(data):
    """One direction of a connection as conntrack(8) writes it, ports where the protocol has them."""
    outer = attributes(data)
    ip, proto = attributes(outer[1]), attributes(outer[2])
    number = proto[1][0]
    result = {
        "proto": {1: "icmp", 6: "tcp", 17: "udp"}.get(number, str(number)),
        "src": socket.inet_ntoa(ip[1]),
        "dst": socket.inet_ntoa(ip[2]),
    }
    if number in (6, 17):
        result["sport"], result["dport"] = (struct.unpack("!H", proto[kind])[0] for kind in (2, 3))
    return result


class Listener:
    """The rules and connections of one namespace, which the caller has entered."""

    def __init__(self):
        self.rules, self.connections = [], []
        self.socket = s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        try:
            s.setsockopt(socket.SOL_SOCKET, 33, BUFFER)  # SO_RCVBUFFORCE, which real root may
        except PermissionError:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        s.bind((0, 1 << (NFNLGRP_CONNTRACK_NEW - 1)))
        with open("/proc/sys/net/netfilter/nf_log/2", "w", encoding="ascii") as file:
            file.write("nfnetlink_log")
        self.configure(CONFIG_CMD, struct.pack("B", BIND))
        self.configure(CONFIG_MODE, struct.pack("!IBx", 0, COPY_META))
        s.setblocking(False)

    def configure(self, kind, value):
        attribute = struct.pack("HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)
        body = struct.pack("!BBH", socket.AF_INET, 0, 0) + attribute
        header = struct.pack("IHHII", 16 + len(body), SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG, NLM_F_REQUEST_ACK, 1, 0)
        self.socket.send(header + body)
        error = struct.unpack_from("i", self.socket.recv(4096), 16)[0]
        if error != 0:
            raise OSError(-error, "NFLOG")

    def drain(self):
        busy = False
        while True:
            try:
                data = self.socket.recv(1 << 16)
            except BlockingIOError:
                return busy
            busy = True
            for subsystem, kind, flags, body in messages(data):
                found = attributes(body[4:])
                if subsystem == SUBSYS_ULOG and kind == NFULNL_MSG_PACKET and PREFIX in found:
                    self.rules.append(found[PREFIX].rstrip(b"\0 ").decode().removeprefix("TRACE: ").split(":"))
                elif subsystem == SUBSYS_CONNTRACK and kind == 0 and flags & NLM_F_CREATE and 1 in found:
                    self.connections.append({"orig": tuple_of(found[1]), "reply": tuple_of(found[2])})

    def take(self):
        rules, connections = self.rules, self.connections
        self.rules, self.connections = [], []
        return [[table, chain, event, int(number)] for table, chain, event, number in rules], connections

    def close(self):
        self.socket.close()
