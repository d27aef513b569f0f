package dev.weft.dataplane.http2.hpack;

/** Letters of names. Pure; any thread. */
final class Ascii {
    private Ascii() {}

    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
}
