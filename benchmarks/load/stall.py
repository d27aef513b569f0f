#!/usr/bin/env python3
"""An endpoint for readers.py, on three ports: one answers every request with 16 MiB, one reads no more than heads, one has 16 MiB for whoever connects."""
import base64
import hashlib
import select
import socket
import sys
import threading

LENGTH = 16 << 20
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SOME = bytes(LENGTH)


def head(wire):
    """Of a request; empty when there is none."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = wire.recv(4096)
        if not more:
            return b""
        got += more
    return got


def answering(wire):
    while text := head(wire):
        if key := next((line.split(b":", 1)[1].strip() for line in text.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:")), None):
            accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
            wire.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
            wire.sendall(b"\x82\x7f" + LENGTH.to_bytes(8, "big"))
        else:
            wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (128 if b" /small " in text else LENGTH))
        wire.sendall(SOME[:128] if b" /small " in text else SOME)


def reading_heads(wire):
    if b" /small " in head(wire):
        wire.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    until_gone(wire)


def sending(wire):
    wire.sendall(SOME)
    until_gone(wire)


def until_gone(wire):
    """Waits without reading."""
    waiting = select.poll()
    waiting.register(wire, select.POLLRDHUP)
    waiting.poll()


def served(talk, wire):
    try:
        with wire:
            talk(wire)
    except OSError:
        pass


def listen(port, talk):
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Its own ends keep little too: on loopback the kernel takes 2.6 MB of whoever sends, a thousand times that is more than it has.
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 << 10)
    if talk is reading_heads:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    door.bind(("127.0.0.1", port))
    door.listen(4096)
    while True:
        threading.Thread(target=served, args=(talk, door.accept()[0]), daemon=True).start()


threading.stack_size(256 << 10)
for number, one in zip(sys.argv[1:], (answering, reading_heads, sending)):
    threading.Thread(target=listen, args=(int(number), one)).start()
