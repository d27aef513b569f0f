#!/usr/bin/env python3
"""TLS callers, one command a line: HAND N does N handshakes with a request each; HOLD N keeps N connections open; RELEASE.

Arguments: PORT, NAME of the server, "full" or "resumed". The key agreement comes with OPENSSL_CONF. Answers in JSON.
"""
import json
import socket
import ssl
import sys

port, name, kind = int(sys.argv[1]), sys.argv[2], sys.argv[3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
context.minimum_version = ssl.TLSVersion.TLSv1_3
session = None
kept = []


def request(closing):
    return f"GET /steady HTTP/1.1\r\nHost: {name}\r\n{'Connection: close' if closing else 'Accept: */*'}\r\n\r\n".encode()


def handshake(closing=True):
    """A connection with one request on it; whether its session was resumed, and it, where it stays open."""
    global session
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire = context.wrap_socket(plain, server_hostname=name, session=session if kind == "resumed" else None)
    wire.sendall(request(closing))
    answer = wire.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise OSError("answer: " + repr(answer[:60]))
    reused = wire.session_reused
    if kind == "resumed":
        session = wire.session
    if closing:
        wire.close()
        return reused
    kept.append(wire)
    return reused


def hand(count):
    reused = sum(handshake() for _ in range(count))
    return {"done": count, "reused": reused}


def hold(count):
    for _ in range(count):
        handshake(closing=False)
    return {"open": len(kept)}


for line in sys.stdin:
    words = line.split()
    try:
        if words[0] == "HAND":
            answer = hand(int(words[1]))
        elif words[0] == "HOLD":
            answer = hold(int(words[1]))
        else:
            for wire in kept:
                wire.close()
            kept.clear()
            answer = {}
    except OSError as e:
        answer = {"error": repr(e)}
    print(json.dumps(answer), flush=True)
