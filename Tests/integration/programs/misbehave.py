"""Connects to the services of corosync as no library would: rubbish, half requests, damaged rings, silence, and crowds."""
import errno
import mmap
import os
import random
import resource
import select
import socket
import struct
import sys
import time

SERVICES = ("cpg", "quorum", "votequorum", "cmap", "cfg")
RESPONSE = 12328
chance = random.Random(4711)


def connect(service):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(10)
    connection.connect(("\0" + service).encode().ljust(108, b"\0"))
    return connection


def handshake(service, limit=1 << 20):
    connection = connect(service)
    connection.sendall(struct.pack("<i4xi4xI4x", -1, 24, limit))
    answer = b""
    while len(answer) < RESPONSE:
        part = connection.recv(RESPONSE - len(answer))
        if not part:
            raise RuntimeError(f"{service}: no answer to a handshake")
        answer += part
    error = struct.unpack_from("<i", answer, 16)[0]
    paths = [answer[40 + 4096 * i:40 + 4096 * (i + 1)].split(b"\0")[0].decode() for i in range(3)]
    return connection, error, paths


class Ring:
    """The program's side of a ring of requests."""

    def __init__(self, path):
        with open(path + "-header", "r+b") as file:
            self.header = mmap.mmap(file.fileno(), 0)
        with open(path + "-data", "r+b") as file:
            self.data = mmap.mmap(file.fileno(), 0)
        self.words = struct.unpack_from("<I", self.header, 8)[0]
        self.position = 0

    def put(self, request, size=None, mark=0xA1A1A1A1):
        whole = struct.pack("<II", len(request) if size is None else size, mark) + request
        start = self.position * 4
        first = whole[:self.words * 4 - start]
        self.data[start:start + len(first)] = first
        self.data[:len(whole) - len(first)] = whole[len(first):]
        self.position = (self.position + 2 + (len(request) + 3) // 4) % self.words


def is_alive():
    connection, error, _ = handshake("quorum")
    connection.close()
    return error == 0


def rubbish_on_sockets():
    for service in SERVICES * 40:
        connection = connect(service)
        try:
            connection.sendall(chance.randbytes(chance.randrange(0, 200)))
        except OSError:
            pass
        connection.close()


def odd_sizes():
    for limit in (0, 1, 24, 4 << 20, (4 << 20) + 1, 0x7FFFFFFF, 0xFFFFFFFF):
        connection, error, _ = handshake("cpg", limit)
        if (error == 0) != (limit <= 4 << 20):
            raise RuntimeError(f"a limit of {limit} bytes gives {error}")
        connection.close()


def rubbish_in_requests():
    for service in SERVICES:
        for _ in range(60):
            connection, error, paths = handshake(service)
            if error:
                raise RuntimeError(f"{service}: {error}")
            ring = Ring(paths[0])
            count = chance.randrange(1, 20)
            for _ in range(count):
                function = chance.randrange(0, 16)
                body = chance.randbytes(chance.choice((0, 1, 7, 8, 40, 144, 152, 300, 2000)))
                ring.put(struct.pack("<i4xi4x", function, chance.choice((16 + len(body), -1, 0, 1 << 30))) + body)
            connection.send(b"x" * count)
            connection.close()


def damaged_rings():
    for service in SERVICES:
        for damage in range(5):
            connection, _, paths = handshake(service)
            ring = Ring(paths[0])
            if damage == 0:
                ring.put(b"\0" * 16, size=0xFFFFFFF0)
            elif damage == 1:
                ring.put(b"\0" * 16, mark=0x12345678)
            elif damage == 2:
                ring.put(b"\0" * 3)
            elif damage == 3:
                event = Ring(paths[1])
                event.header[4:8] = b"\xff\xff\xff\xff"
                ring.put(struct.pack("<i4xi4x", 4, 16))
            else:
                for path in paths:
                    os.truncate(path + "-data", 0)
                    os.truncate(path + "-header", 0)
            connection.send(b"x")
            time.sleep(0.01)
            connection.close()


def come_and_go(count):
    for index in range(count):
        connection, error, _ = handshake(SERVICES[index % len(SERVICES)])
        if error:
            raise RuntimeError(f"client {index}: {error}")
        connection.close()


def crowd(limit):
    """So many at once, as far as they are served; a refusal says so and ends the attempt."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limit + 64
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    crowd, refusal = [], 0
    for _ in range(limit):
        try:
            connection, refusal, _ = handshake("quorum")
        except OSError as error:
            if error.errno != errno.EMFILE:
                raise
            break
        if refusal:
            connection.close()
            break
        crowd.append(connection)
    if refusal not in (0, -errno.EMFILE):
        raise RuntimeError(f"the refusal is {refusal}")
    if refusal:
        crowd.pop().close()  # One goes, so that another can come.
        time.sleep(0.1)
    if not is_alive():
        raise RuntimeError(f"no answer with {len(crowd)} programs connected")
    for connection in crowd:
        connection.close()
    return len(crowd), refusal


def silent_member():
    """Joins the group of the traffic and reads nothing: it must be let go, not waited for."""
    connection, _, paths = handshake("cpg")
    ring = Ring(paths[0])
    name = struct.pack("<I4x", 5) + b"bench".ljust(128, b"\0")
    ring.put(struct.pack("<i4xi4x", 0, 168) + name + struct.pack("<I4xI4x", 999999, 0))
    connection.send(b"x")
    return connection


def main():
    silent = silent_member()
    for step in (rubbish_on_sockets, odd_sizes, rubbish_in_requests, damaged_rings):
        step()
        if not is_alive():
            raise RuntimeError(f"no answer after {step.__name__}")
    come_and_go(int(os.environ.get("CLIENTS", "2000")))
    served, refusal = crowd(int(os.environ.get("CROWD", "10000")))
    if served < 100 or not is_alive():
        raise RuntimeError(f"only {served} programs were served at once")
    silent.close()
    print(f"{served} programs at once" + (", further ones are refused" if refusal else ""))


if __name__ == "__main__":
    sys.exit(main())
