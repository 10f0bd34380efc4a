"""Keeps packets of a cluster, and sends a node rubbish, damaged and old ones, from this machine's address and from a forged one.

strangers.py listen INTERFACE FILE SECONDS: what the nodes send.
strangers.py send FILE VICTIM FORGED SECONDS: VICTIM gets packets that seem to come from FORGED, a node of the cluster."""
import pickle
import random
import socket
import struct
import sys
import time

PORT = 5405
chance = random.Random(4711)


def listen(interface, seconds):
    """The contents of the UDP packets to the cluster's port."""
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sniffer.bind((interface, 0))
    sniffer.settimeout(0.2)
    found, end = [], time.time() + seconds
    while time.time() < end and len(found) < 2000:
        try:
            frame = sniffer.recv(65535)
        except socket.timeout:
            continue
        if len(frame) < 42 or frame[12:14] != b"\x08\x00" or frame[23] != 17:
            continue
        start = 14 + (frame[14] & 15) * 4
        if struct.unpack_from("!H", frame, start + 2)[0] == PORT:
            found.append(frame[start + 8:])
    return found


def datagram(source, target, content):
    """A whole IPv4 packet; the kernel fills in the checksum of its header, and a UDP packet may have none."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(target))
    return header + struct.pack("!HHHH", PORT, PORT, 8 + len(content), 0) + content


def damaged(packet):
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(0, 1400))
    if kind == 1:
        return packet[:chance.randrange(0, len(packet) + 1)]
    if kind == 2:
        return packet + chance.randbytes(chance.randrange(1, 100))
    if kind == 3:
        place = chance.randrange(0, max(1, len(packet)))
        return packet[:place] + bytes([packet[place] ^ 1 << chance.randrange(8)]) + packet[place + 1:] if packet else packet
    return packet


def send(packets, victim, forged, seconds):
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sent, end = 0, time.time() + seconds
    while time.time() < end:
        for _ in range(20):
            content = damaged(chance.choice(packets))
            plain.sendto(content, (victim, PORT))
            raw.sendto(datagram(forged, victim, content[:1400]), (victim, 0))
            sent += 2
        time.sleep(0.01)
    return sent


def main():
    if sys.argv[1] == "listen":
        packets = listen(sys.argv[2], float(sys.argv[4]))
        if not packets:
            sys.exit("no packet of the cluster was heard")
        with open(sys.argv[3], "wb") as file:
            pickle.dump(packets, file)
    else:
        with open(sys.argv[2], "rb") as file:
            packets = pickle.load(file)
        print(f"{send(packets, sys.argv[3], sys.argv[4], float(sys.argv[5]))} packets of strangers")


if __name__ == "__main__":
    main()
