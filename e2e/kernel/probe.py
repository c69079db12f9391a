"""The clients: ping, a TCP connection that is reset at once, one UDP datagram. Results have the simulator's names."""
import errno
import socket
import struct

IP_TTL, IP_MTU_DISCOVER, IP_RECVERR = 2, 10, 11
PMTUDISC_DONT, PMTUDISC_DO = 0, 2
ORIGIN_LOCAL = 1
ICMP_HEADERS = UDP_HEADERS = 28
TCP_ESTABLISHED = 1
ICMP_REDIRECT = 5

# what sendto(2) or connect(2) said at once
AT_ONCE = {
    errno.ENETUNREACH: "no-route",
    errno.EMSGSIZE: "too-big",
    errno.ECONNREFUSED: "refused",
    errno.EPERM: "dropped",
}
# what a connection that was under way came to
LATER = {errno.ECONNREFUSED: "refused", errno.ECONNRESET: "refused", errno.ETIMEDOUT: "timeout"}


def icmp_result(kind, code):
    if kind == 11:
        return "ttl-exceeded"
    if kind == 3 and code == 4:
        return "too-big"
    return "refused" if kind == 3 and code in (2, 3, 13) else "unreachable"


class Probe:
    """Sends when it is made, in the namespace that the caller has entered."""

    def __init__(self, step):
        self.kind, self.result = step["protocol"], None
        try:
            {"icmp": self.send_icmp, "udp": self.send_udp, "tcp": self.send_tcp}[self.kind](step)
        except OSError as error:
            # who asked for errors (IP_RECVERR) also hears that the own device lost the packet: no answer, as without asking
            if error.errno != errno.ENOBUFS:
                self.result = AT_ONCE.get(error.errno, "unreachable")

    def open(self, kind, protocol=0):
        self.socket = socket.socket(socket.AF_INET, kind, protocol)
        self.socket.setblocking(False)
        return self.socket

    def send_icmp(self, step):
        s = self.open(socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
        s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DO if step["df"] else PMTUDISC_DONT)
        if "ttl" in step:
            s.setsockopt(socket.IPPROTO_IP, IP_TTL, step["ttl"])
        data = bytes(i & 255 for i in range(step["size"] - ICMP_HEADERS))
        s.sendto(struct.pack("!BBHHH", 8, 0, 0, 0, 1) + data, (step["dst"], 0))

    def send_udp(self, step):
        s = self.open(socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        s.bind(("0.0.0.0", step["sport"]))
        if "df" in step:
            s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DO if step["df"] else PMTUDISC_DONT)
        s.sendto(b"hello".ljust(step.get("size", 0) - UDP_HEADERS, b"."), (step["dst"], step["dport"]))

    def send_tcp(self, step):
        s = self.open(socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.bind(("0.0.0.0", step["sport"]))
        try:
            s.connect((step["dst"], step["dport"]))
        except BlockingIOError:
            pass

    def look(self):
        """Sets the result when there is one."""
        if self.kind == "tcp":
            # the state first: SO_ERROR also tells of errors that a connection which stands does not mind
            if self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == TCP_ESTABLISHED:
                self.result = "connected"
                return
            error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                self.result = LATER.get(error, "unreachable")
            return
        try:
            self.socket.recv(65536)
            self.result = "reply"
        except OSError:  # nothing there yet, or an error whose story is in the error queue
            self.look_at_errors()

    def look_at_errors(self):
        try:
            _, ancillary, _, _ = self.socket.recvmsg(2048, 512, socket.MSG_ERRQUEUE)
        except BlockingIOError:
            return
        for level, kind, data in ancillary:
            if level == socket.IPPROTO_IP and kind == IP_RECVERR:
                number, origin, icmp, code = struct.unpack_from("IBBB", data)
                if icmp == ICMP_REDIRECT and origin != ORIGIN_LOCAL:
                    return  # ping(8) mentions it and goes on waiting
                self.result = AT_ONCE.get(number, "unreachable") if origin == ORIGIN_LOCAL else icmp_result(icmp, code)

    def close(self):
        self.socket.close()
