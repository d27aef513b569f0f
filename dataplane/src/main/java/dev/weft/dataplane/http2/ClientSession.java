package dev.weft.dataplane.http2;

import dev.weft.dataplane.loop.Loop;

final class ClientSession extends Session {
    ClientSession(Loop loop) {
        super(loop);
    }

    @Override
    int headBytesMax() {
        return 0;
    }

    @Override
    boolean block(int id, boolean last) {
        return false;
    }

    @Override
    boolean isIdle(int id) {
        return false;
    }

    @Override
    void goneAway(int lastStream, int code) {}

    @Override
    void turnEnds(boolean midway) {}

    @Override
    void emptied() {}

    @Override
    void goAway(int code) {}

    @Override
    void closeAfterLast(int code) {}

    @Override
    void gone() {}
}
