"""What runs in the namespaces of a lab: servers in the pods, and flanneld's proxy of the udp backend.

    python3 programs.py '{"servers": [...], "proxies": [...], "paths": {NAMESPACE: FILE}}'

One process serves all namespaces; it says "ready" and runs until it is killed. Python 3.8, standard library only.
"""
import ctypes
import fcntl
import ipaddress
import json
import os
import select
import socket
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
PROXY_TTL = 8  # of the ICMP message that the proxy makes itself


def enter(path):
    """Makes the network namespace of the file `path` this thread's own."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if LIBC.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns {path}")
    finally:
        os.close(fd)


def checksum(data):
    data = bytes(data) + b"\0" * (len(data) & 1)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Server:
    """Answers in one pod, on TCP and UDP, with who it is and whom it saw. The caller has entered its namespace."""

    def __init__(self, name, tcp, udp):
        self.name = name
        self.files = []
        self.connections = set()
        for kind, ports in ((socket.SOCK_STREAM, tcp), (socket.SOCK_DGRAM, udp)):
            for port in ports:
                s = socket.socket(socket.AF_INET, kind)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("0.0.0.0", port))
                if kind == socket.SOCK_STREAM:
                    s.listen(64)
                s.setblocking(False)
                self.files.append(s)

    def saw(self, peer):
        return f"{self.name} saw {peer[0]}:{peer[1]}"

    def ready(self, file, watch, forget):
        try:
            if file in self.connections:
                data = file.recv(65536)
                if data:
                    file.sendall((self.saw(file.getpeername()) + "\n").encode())
                raise ConnectionAbortedError
            if file.type == socket.SOCK_DGRAM:
                _, peer = file.recvfrom(65536)
                file.sendto(self.saw(peer).encode(), peer)
            else:
                connection, _ = file.accept()
                connection.setblocking(False)
                self.connections.add(connection)
                watch(connection, self)
        except BlockingIOError:
            pass
        except OSError:
            if file in self.connections:
                forget(file)
                self.connections.discard(file)
                file.close()

    def close(self):
        for file in [*self.files, *self.connections]:
            file.close()


class Proxy:
    """TUN <-> UDP as flannel's proxy_amd64.c does it: one off the TTL on both sides, silence when it reaches 0."""

    def __init__(self, dev, address, local, port, leases):
        self.address = socket.inet_aton(address)
        self.port = port
        self.leases = [(ipaddress.ip_network(lease["subnet"]), lease["via"]) for lease in leases]
        self.tun = open("/dev/net/tun", "r+b", buffering=0)
        fcntl.ioctl(self.tun, TUNSETIFF, struct.pack("16sH22x", dev.encode(), IFF_TUN | IFF_NO_PI))
        os.set_blocking(self.tun.fileno(), False)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((local, port))
        self.socket.setblocking(False)
        self.files = [self.tun, self.socket]

    def ready(self, file, _watch, _forget):
        """Takes everything that is there to read."""
        while True:
            try:
                packet = bytearray(os.read(self.tun.fileno(), 65535) if file is self.tun else self.socket.recv(65535))
            except OSError:  # nothing more; or an ICMP error about what was sent
                return
            try:
                if file is self.tun:
                    self.tun_to_udp(packet)
                elif len(packet) >= 20 and self.decrement(packet):
                    os.write(self.tun.fileno(), packet)
            except OSError as error:  # the TUN is down, no route to the other node: the packet is lost
                print(f"proxy: {error}", file=sys.stderr, flush=True)

    def tun_to_udp(self, packet):
        if len(packet) < 20 or packet[0] >> 4 != 4:
            return
        dst = ipaddress.ip_address(bytes(packet[16:20]))
        via = next((hop for subnet, hop in self.leases if dst in subnet), None)
        if via is None:
            self.net_unreachable(packet)
        elif self.decrement(packet):
            self.socket.sendto(packet, (via, self.port))

    @staticmethod
    def decrement(packet):
        packet[8] = (packet[8] - 1) & 255
        if packet[8] == 0:
            return False
        header = (packet[0] & 15) * 4
        packet[10:12] = b"\0\0"
        packet[10:12] = struct.pack("!H", checksum(packet[:header]))
        return True

    def net_unreachable(self, packet):
        """Never about ICMP, never about later fragments; the kernel discards it as martian."""
        if packet[9] == socket.IPPROTO_ICMP or struct.unpack("!H", packet[6:8])[0] & 0x1FFF:
            return
        quote = bytes(packet[: (packet[0] & 15) * 4 + 8])
        icmp = struct.pack("!BBHI", 3, 0, 0, 0) + quote
        icmp = icmp[:2] + struct.pack("!H", checksum(icmp)) + icmp[4:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 0, 0, PROXY_TTL, 1, 0, self.address, bytes(packet[12:16]))
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        os.write(self.tun.fileno(), ip + icmp)

    def close(self):
        for file in self.files:
            file.close()


def open_programs(plan, paths):
    """The servers and proxies of a plan, each opened in its own namespace."""
    programs = []
    for server in plan["servers"]:
        enter(paths[server["ns"]])
        programs.append(Server(server["name"], server["tcp"], server["udp"]))
    for proxy in plan["proxies"]:
        enter(paths[proxy["ns"]])
        programs.append(Proxy(proxy["dev"], proxy["address"], proxy["local"], proxy["port"], proxy["leases"]))
    return programs


def main():
    plan = json.loads(sys.argv[1])
    poll, owners = select.epoll(), {}

    def watch(file, program):
        owners[file.fileno()] = (file, program)
        poll.register(file, select.EPOLLIN)

    def forget(file):
        owners.pop(file.fileno(), None)
        poll.unregister(file)

    for program in open_programs(plan, plan["paths"]):
        for file in program.files:
            watch(file, program)
    print("ready", flush=True)
    while True:
        for fd, _ in poll.poll():
            if fd in owners:
                file, program = owners[fd]
                program.ready(file, watch, forget)


if __name__ == "__main__":
    main()
