#!/usr/bin/env python3
"""Origins for soak.py that speak more than HTTP: WebSocket frames back as they came, on the first port; bytes back, on the second."""
import asyncio
import base64
import hashlib
import sys

MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


async def echoed(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def websocket(reader, writer):
    """Takes the upgrade and sends each frame back unmasked; frames of up to 125 bytes."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        key = next(line.split(b":", 1)[1].strip() for line in head.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:"))
        accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        while True:
            kind, length = await reader.readexactly(2)
            mask = await reader.readexactly(4)
            data = bytes(one ^ mask[i % 4] for i, one in enumerate(await reader.readexactly(length & 127)))
            writer.write(bytes([kind, len(data)]) + data)
            if kind & 15 == 8:
                break
    except (OSError, EOFError, StopIteration):
        pass
    finally:
        writer.close()


async def main():
    await asyncio.start_server(websocket, "127.0.0.1", int(sys.argv[1]))
    await asyncio.start_server(echoed, "127.0.0.1", int(sys.argv[2]))
    await asyncio.Event().wait()


asyncio.run(main())
