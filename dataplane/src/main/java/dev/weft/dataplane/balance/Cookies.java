package dev.weft.dataplane.balance;

import dev.weft.dataplane.http.Head;

/** Finds the value of a cookie within a head, without making anything. Pure. */
final class Cookies {
    static final long NONE = -1;

    private Cookies() {}

    /** Where the value stands: see {@link #start} and {@link #end}; {@link #NONE} if nowhere. */
    static long find(Head head, byte[] field, byte[] name) {
        byte[] bytes = head.bytes();
        for (int i = head.find(field, 0); i >= 0; i = head.find(field, i + 1)) {
            int at = head.valueStart(i);
            int end = head.valueEnd(i);
            while (at < end) {
                while (at < end && (bytes[at] == ' ' || bytes[at] == ';')) {
                    at++;
                }
                int stop = at;
                while (stop < end && bytes[stop] != ';') {
                    stop++;
                }
                int equals = at + name.length;
                if (equals < stop && bytes[equals] == '=' && same(bytes, at, name)) {
                    return (long) (equals + 1) << 32 | stop;
                }
                at = stop;
            }
        }
        return NONE;
    }

    static int start(long found) {
        return (int) (found >>> 32);
    }

    static int end(long found) {
        return (int) found;
    }

    static boolean same(byte[] bytes, int at, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (bytes[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
