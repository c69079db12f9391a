"""Why the kernel threw a packet away, and in which namespace: a small BPF program at its tracepoint skb:kfree_skb.

The tracepoint's own text (tracefs) tells the reason and the function for the whole machine, without the namespace; the packet
knows it: by its device, else by the route it took, else by its socket. The program reads these three through the types that
the kernel describes itself with (BTF) and puts one record a packet into a ring. It hangs on a file descriptor of this process:
when that ends, nothing is left. Real root only; in a user namespace, or without BTF, drops are not told.
"""
import bisect
import ctypes
import mmap
import os
import platform
import struct

from programs import LIBC

SYS_BPF = {"x86_64": 321, "aarch64": 280}
SYS_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}
MAP_CREATE, PROG_LOAD, RAW_TRACEPOINT_OPEN = 0, 5, 17
MAP_TYPE_RINGBUF, PROG_TYPE_RAW_TRACEPOINT, MAP_FD = 27, 17, 1
PROBE_READ_KERNEL, RINGBUF_OUTPUT = 113, 130
PERF_TYPE_TRACEPOINT, PERF_ATTRIBUTES, PERF_CLOSE_ON_EXEC = 2, 128, 8
MNT_DETACH = 2
RING, PAGE = 1 << 20, mmap.PAGESIZE
BUSY, DISCARDED = 1 << 31, 1 << 30
BTF_MAGIC, KIND_STRUCT, KIND_UNION, KIND_ENUM = 0xEB9F, 4, 5, 6
# bytes behind a type's own twelve, by kind: fixed, and for each of its members
BTF_SIZES = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8), 13: (0, 8), 14: (4, 0), 15: (0, 12), 17: (4, 0), 19: (0, 12)}
# what a record holds: three namespaces, the reason, the place, the begin of the packet
NAMESPACES, REASON, PLACE, HEAD = 0, 12, 16, 24
HEAD_LENGTH = 40
RECORD = HEAD + HEAD_LENGTH
PREFIX = "SKB_DROP_REASON_"


class Types:
    """The kernel's types, as far as they are asked for here."""

    def __init__(self, path="/sys/kernel/btf/vmlinux"):
        with open(path, "rb") as file:
            self.data = data = file.read()
        magic, _, _, header, types, types_length, strings, _ = struct.unpack_from("<HBBIIIII", data)
        if magic != BTF_MAGIC:
            raise OSError("BTF is not of this machine's byte order")
        self.strings = header + strings
        self.at, self.named = [0], {}
        at, end = header + types, header + types + types_length
        while at < end:
            name, info, _ = struct.unpack_from("<III", data, at)
            kind, count = info >> 24 & 31, info & 0xFFFF
            if kind in (KIND_STRUCT, KIND_ENUM) and count:
                self.named.setdefault(name, len(self.at))
            self.at.append(at)
            fixed, each = BTF_SIZES.get(kind, (0, 0))
            at += 12 + fixed + each * count

    def text(self, offset):
        start = self.strings + offset
        return self.data[start : self.data.index(b"\0", start)].decode()

    def find(self, name):
        at = self.data.index(b"\0" + name.encode() + b"\0", self.strings) + 1 - self.strings
        return self.named[at]

    def offset(self, struct_name, member):
        """Bytes from the begin of a struct to a member of it, also of one inside a struct or union without a name."""
        found = self.offset_in(self.find(struct_name), member)
        if found is None:
            raise OSError(f"this kernel's {struct_name} has no {member}")
        return found

    def offset_in(self, index, wanted):
        _, info, _ = struct.unpack_from("<III", self.data, self.at[index])
        if info >> 24 & 31 not in (KIND_STRUCT, KIND_UNION):
            return None
        for i in range(info & 0xFFFF):
            name, kind, bits = struct.unpack_from("<III", self.data, self.at[index] + 12 + 12 * i)
            begin = (bits & 0xFFFFFF if info >> 31 else bits) // 8
            inside = 0 if name and self.text(name) == wanted else None if name else self.offset_in(kind, wanted)
            if inside is not None:
                return begin + inside
        return None

    def names(self, enum):
        index = self.find(enum)
        count = struct.unpack_from("<III", self.data, self.at[index])[1] & 0xFFFF
        members = (struct.unpack_from("<Ii", self.data, self.at[index] + 12 + 8 * i) for i in range(count))
        return {value: self.text(name).replace(PREFIX, "", 1) for name, value in members}


def instruction(code, to=0, of=0, offset=0, value=0):
    return struct.pack("<BBhi", code, of << 4 | to, offset, value)


def program_of(types, ring):
    """The program's bytes. r6: what the tracepoint hands over; r3: where the next thing is read."""
    base = -RECORD
    scratch = base - 8

    def argument(number, to):
        return instruction(0x79, to, 6, 8 * number)

    def read(to, size):
        """Copies from r3 to the stack; an address that is none reads as zeroes."""
        return b"".join([
            instruction(0xBF, 1, 10), instruction(0x07, 1, value=to), instruction(0xB7, 2, value=size),
            instruction(0x85, value=PROBE_READ_KERNEL),
        ])

    def follow(*members):
        """r3: the struct that each pointer in turn points to."""
        steps = (
            instruction(0x07, 3, value=types.offset(*member)) + read(scratch, 8) + instruction(0x79, 3, 10, scratch)
            for member in members
        )
        return b"".join(steps)

    inum = types.offset("net", "ns") + types.offset("ns_common", "inum")
    clear_flags = instruction(0x57, 3, value=-8)  # the lowest bits of a route's pointer say whether it is counted
    device = follow(("net_device", "nd_net"))
    ways = [
        follow(("sk_buff", "dev")) + device,
        follow(("sk_buff", "_skb_refdst")) + clear_flags + follow(("dst_entry", "dev")) + device,
        follow(("sk_buff", "sk"), ("sock_common", "skc_net")),
    ]
    code = instruction(0xBF, 6, 1)
    for i, way in enumerate(ways):
        code += argument(0, 3) + way + instruction(0x07, 3, value=inum) + read(base + NAMESPACES + 4 * i, 4)
    code += argument(2, 1) + instruction(0x63, 10, 1, base + REASON)
    code += argument(1, 1) + instruction(0x7B, 10, 1, base + PLACE)
    code += argument(0, 3) + instruction(0x07, 3, value=types.offset("sk_buff", "network_header")) + read(scratch, 8)
    code += instruction(0x69, 7, 10, scratch)
    code += argument(0, 3) + follow(("sk_buff", "head")) + instruction(0x0F, 3, 7) + read(base + HEAD, HEAD_LENGTH)
    code += instruction(0x18, 1, MAP_FD, value=ring) + instruction(0)
    code += instruction(0xBF, 2, 10) + instruction(0x07, 2, value=base)
    code += instruction(0xB7, 3, value=RECORD) + instruction(0xB7, 4) + instruction(0x85, value=RINGBUF_OUTPUT)
    return code + instruction(0xB7, 0) + instruction(0x95)


def bpf(command, attributes):
    attributes = ctypes.create_string_buffer(attributes.ljust(128, b"\0"))
    result = LIBC.syscall(SYS_BPF[platform.machine()], command, attributes, len(attributes))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"bpf: {os.strerror(ctypes.get_errno())}")
    return result


def functions():
    """Addresses of the kernel's functions, ascending, and their names."""
    found = []
    with open("/proc/kallsyms", encoding="ascii") as file:
        for line in file:
            address, kind, name = line.split(None, 3)[:3]
            if kind in "tT":
                found.append((int(address, 16), name.partition(".")[0]))
    found.sort()
    return [address for address, _ in found], [name for _, name in found]


class Counter:
    """How often the kernel has come by the tracepoint; it counts also where the program could not be run."""

    def __init__(self):
        folder = "/run/tracing"  # of this process alone
        os.makedirs(folder, exist_ok=True)
        if LIBC.mount(b"tracing", folder.encode(), b"tracefs", 0, None) != 0:
            raise OSError(ctypes.get_errno(), f"tracefs: {os.strerror(ctypes.get_errno())}")
        with open(folder + "/events/skb/kfree_skb/id", encoding="ascii") as file:
            number = int(file.read())
        LIBC.umount2(folder.encode(), MNT_DETACH)
        attributes = struct.pack("<IIQ", PERF_TYPE_TRACEPOINT, PERF_ATTRIBUTES, number).ljust(PERF_ATTRIBUTES, b"\0")
        self.files = [self.open(ctypes.create_string_buffer(attributes), cpu) for cpu in range(os.cpu_count())]

    @staticmethod
    def open(attributes, cpu):
        file = LIBC.syscall(SYS_PERF_EVENT_OPEN[platform.machine()], attributes, -1, cpu, -1, PERF_CLOSE_ON_EXEC)
        if file < 0:
            raise OSError(ctypes.get_errno(), f"perf_event_open: {os.strerror(ctypes.get_errno())}")
        return file

    def read(self):
        return sum(struct.unpack("Q", os.read(file, 8))[0] for file in self.files)


class Drops:
    """The drops of the whole machine from now on; whoever asks names the namespaces that are his."""

    def __init__(self):
        types = Types()
        self.reasons = types.names("skb_drop_reason")
        self.addresses, self.names = functions()
        self.ring = bpf(MAP_CREATE, struct.pack("<IIII", MAP_TYPE_RINGBUF, 0, 0, RING))
        code = program_of(types, self.ring)
        # a program that calls GPL helpers must say so
        text, licence = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
        load = (PROG_TYPE_RAW_TRACEPOINT, len(code) // 8, ctypes.addressof(text), ctypes.addressof(licence))
        program = bpf(PROG_LOAD, struct.pack("<IIQQ", *load))
        point = ctypes.create_string_buffer(b"kfree_skb")
        self.files = [program, bpf(RAW_TRACEPOINT_OPEN, struct.pack("<QI", ctypes.addressof(point), program))]
        self.counter, self.recorded, self.missing = Counter(), 0, 0
        self.consumed = mmap.mmap(self.ring, PAGE)
        self.produced = mmap.mmap(self.ring, PAGE + 2 * RING, prot=mmap.PROT_READ, offset=PAGE)
        self.take({})

    def take(self, names):
        """Drops since the last time, oldest first: [namespace, reason, function]; None when some may be missing.

        `names`: namespaces by number. The program is not run for every packet: the kernel was seen to leave it out for what
        a softirq frees while it interrupts certain programs (Linux 6.18), and a ring can be full.
        """
        found, before = [], None
        while before != (before := self.counter.read()):
            self.drain(names, found)
        missing, self.missing = self.missing, before - self.recorded
        return found if self.missing <= missing else None

    def drain(self, names, found):
        at, end = struct.unpack_from("Q", self.consumed)[0], struct.unpack_from("Q", self.produced)[0]
        while at < end:
            place = PAGE + at % RING
            length = struct.unpack_from("I", self.produced, place)[0]
            if length & BUSY:
                break
            size = length & ~DISCARDED
            if not length & DISCARDED:
                record = self.produced[place + 8 : place + 8 + size]
                *numbers, reason, address = struct.unpack_from("IIIIQ", record)
                ns = next((names[number] for number in numbers if number in names), None)
                if ns is not None:
                    function = self.names[bisect.bisect_right(self.addresses, address) - 1]
                    found.append([ns, self.reasons.get(reason, str(reason)), function])
            at += (size + 15) & ~7
            self.recorded += 1
        struct.pack_into("Q", self.consumed, 0, at)
