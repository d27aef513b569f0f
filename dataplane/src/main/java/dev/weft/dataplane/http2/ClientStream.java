package dev.weft.dataplane.http2;

import io.netty.buffer.ByteBuf;

final class ClientStream extends Stream {
    @Override
    Session session() {
        throw new IllegalStateException();
    }

    @Override
    void writeEnd() {}

    @Override
    void ended() {}

    @Override
    void writable() {}

    @Override
    void stalls() {}

    @Override
    void moves() {}

    @Override
    void data(ByteBuf buf, int at, int length) {}

    @Override
    void remoteEnd() {}

    @Override
    void wasReset(int code) {}

    @Override
    void connectionLost() {}
}
