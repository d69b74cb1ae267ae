# SPDX-License-Identifier: GPL-2.0
"""Packets made by hand, for what no socket here sends."""
import fcntl
import os
import socket
import struct

TCP_FIN, TCP_SYN, TCP_RST, TCP_ACK = 1, 2, 4, 16
TUNSETIFF = 0x400454ca
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000


def checksum(data):
    """Of the Internet."""
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip(src, dst, proto, payload):
    """A header of the addresses' family, and what is in the packet."""
    if ':' in src:
        return struct.pack('!IHBB', 6 << 28, len(payload), proto, 64) + \
            socket.inet_pton(socket.AF_INET6, src) + \
            socket.inet_pton(socket.AF_INET6, dst) + payload
    ends = socket.inet_aton(src) + socket.inet_aton(dst)
    size = 20 + len(payload)
    head = struct.pack('!BBHHHBBH', 0x45, 0, size, 0, 0, 64, proto, 0) + ends
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def pseudo(src, dst, proto, size):
    family = socket.AF_INET6 if ':' in src else socket.AF_INET
    return socket.inet_pton(family, src) + socket.inet_pton(family, dst) + \
        struct.pack('!II', size, proto)


def tcp(src, sport, dst, dport, flags, seq=1, ack=1):
    """A bare segment, as an IP packet."""
    head = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, 5 << 4, flags, 1024, 0, 0)
    total = checksum(pseudo(src, dst, 6, len(head)) + head)
    return ip(src, dst, 6, head[:16] + struct.pack('!H', total) + head[18:])


def udp(src, sport, dst, dport, data):
    """A datagram, as an IP packet."""
    size = 8 + len(data)
    head = struct.pack('!HHHH', sport, dport, size, 0)
    total = checksum(pseudo(src, dst, 17, size) + head + data)
    return ip(src, dst, 17, head[:6] + struct.pack('!H', total) + data)


def arrive(packet, device='lo'):
    """It comes in by that device, without having gone out anywhere."""
    kind = 0x86dd if packet[0] >> 4 == 6 else 0x0800
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM) as sock:
        sock.sendto(packet, (device, kind, 0, 1, bytes(6)))


def open_tun(name):
    """A tun device; what is written to it comes in by it."""
    fd = os.open('/dev/net/tun', os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack('16sH', name.encode(), IFF_TUN | IFF_NO_PI))
    return fd
