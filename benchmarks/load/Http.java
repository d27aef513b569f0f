import java.nio.charset.StandardCharsets;

/** What both ends need to know of a head. */
final class Http {
    private Http() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How long the head is, or -1 where its end has not come. */
    static int headLength(byte[] bytes, int length) {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    /** Where the value of a field begins; names are compared without regard to case. */
    static int find(byte[] bytes, int head, byte[] name) {
        for (int i = 0; i < head - name.length; i++) {
            if (bytes[i] == '\n' && is(bytes, i + 1, name)) {
                return i + 1 + name.length;
            }
        }
        return -1;
    }

    /** Whether a name stands there; it is given with its colon and space, in lower case. */
    static boolean is(byte[] bytes, int at, byte[] name) {
        int k = 0;
        while (k < name.length && (bytes[at + k] | 0x20) == name[k]) {
            k++;
        }
        return k == name.length;
    }

    static int number(byte[] bytes, int at) {
        int value = 0;
        while (at >= 0 && bytes[at] >= '0' && bytes[at] <= '9') {
            value = value * 10 + bytes[at++] - '0';
        }
        return value;
    }
}
