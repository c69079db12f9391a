"""Bytes as the simulator's `trace --json` writes frames: a list of layers, from the outside in."""
import socket
import struct

FLANNEL_UDP, VXLAN = 8285, 8472


def ethernet(data):
    kind = struct.unpack("!H", data[12:14])[0]
    layers = [{"eth": {"src": data[6:12].hex(":"), "dst": data[:6].hex(":")}}]
    if kind == 0x0806:
        op = {1: "request", 2: "reply"}.get(data[21], str(data[21]))
        sender, target = socket.inet_ntoa(data[28:32]), socket.inet_ntoa(data[38:42])
        return [*layers, {"arp": {"op": op, "sender": sender, "target": target}}]
    return layers + ipv4(data[14:]) if kind == 0x0800 else layers


def ipv4(data):
    length, _, flags = struct.unpack("!HHH", data[2:8])
    src, dst = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    ip = {"src": src, "dst": dst, "ttl": data[8], "len": length, "df": bool(flags & 0x4000)}
    offset, more = (flags & 0x1FFF) * 8, bool(flags & 0x2000)
    if offset or more:
        return [{"ip": {**ip, "frag": f"{offset}{'+' if more else ''}"}}]
    return [{"ip": ip}, *transport(data[9], data[(data[0] & 15) * 4 : length])]


def transport(protocol, data):
    if protocol == socket.IPPROTO_ICMP:
        return [{"icmp": {"type": data[0], "code": data[1]}}]
    if protocol not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP):
        return []
    sport, dport = struct.unpack("!HH", data[:4])
    if protocol == socket.IPPROTO_TCP:
        flags = "".join(name for bit, name in enumerate("FSRPAU") if data[13] >> bit & 1)
        return [{"tcp": {"sport": sport, "dport": dport, "flags": flags}}]
    udp = {"udp": {"sport": sport, "dport": dport}}
    if dport == VXLAN:
        return [udp, {"vxlan": {"vni": int.from_bytes(data[12:15], "big")}}, *ethernet(data[16:])]
    if dport == FLANNEL_UDP:
        return [udp, *ipv4(data[8:])]
    return [udp]
