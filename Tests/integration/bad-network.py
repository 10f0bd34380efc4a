#!/usr/bin/env python3
"""A bad network between two interfaces: carries frames from one to the other with loss, delay and jitter.

    bad-network.py INTERFACE INTERFACE LOSS_PERCENT DELAY_MS JITTER_MS      until it is ended
    bad-network.py --whole-checksums INTERFACE                              the kernel writes them, as this program cannot

LOSS_PERCENT may be two numbers, as in 0,100: from the first to the second, and back; or @FILE, which holds one or two numbers and is
read again on SIGHUP. It stands in for tc-netem(8) where the kernel has none.
"""
import array
import fcntl
import heapq
import random
import select
import signal
import socket
import struct
import sys
import time

SIOCETHTOOL = 0x8946
ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO = 0x17, 0x19, 0x1F, 0x24
ETH_P_ALL = 3


def write_whole_checksums(interface):
    plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for command in (ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SSG, ETHTOOL_STXCSUM):
        value = array.array("B", struct.pack("II", command, 0))
        try:
            fcntl.ioctl(plain, SIOCETHTOOL, struct.pack("16sP", interface.encode(), value.buffer_info()[0]))
        except OSError:
            if command == ETHTOOL_STXCSUM:
                raise


def losses(text):
    if text.startswith("@"):
        with open(text[1:], encoding="utf-8") as file:
            text = file.read()
    numbers = [float(word) for word in text.split(",")]
    return numbers * (3 - len(numbers))


def carry(names, loss, delay, jitter):
    ends = []
    for name in names:
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        end.bind((name, ETH_P_ALL))
        end.setblocking(False)
        ends.append(end)
    waiting, count = [], 0
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, end, frame = heapq.heappop(waiting)
            try:
                end.send(frame)
            except OSError:
                pass  # The interface is down, or its queue is full: lost.
        timeout = max(0, waiting[0][0] - now) if waiting else 1
        for end in select.select(ends, [], [], timeout)[0]:
            while True:
                try:
                    frame, origin = end.recvfrom(65536)
                except OSError:
                    break
                side = ends.index(end)
                if origin[2] == socket.PACKET_OUTGOING or random.random() * 100 < loss[side]:
                    continue
                late = time.monotonic() + max(0, delay + random.uniform(-jitter, jitter)) / 1000
                count += 1
                heapq.heappush(waiting, (late, count, ends[1 - side], frame))


if sys.argv[1] == "--whole-checksums":
    write_whole_checksums(sys.argv[2])
else:
    loss = losses(sys.argv[3])
    signal.signal(signal.SIGHUP, lambda *_: loss.__setitem__(slice(None), losses(sys.argv[3])))
    carry(sys.argv[1:3], loss, *map(float, sys.argv[4:6]))
