package dev.weft.dataplane.http.body;

/** The characters of which methods and field names are made. Pure; any thread. */
public final class Token {
    private static final boolean[] TAKEN = new boolean[256];

    static {
        String others = "!#$%&'*+-.^_`|~";
        for (int c = 0; c < 128; c++) {
            TAKEN[c] = Character.isLetterOrDigit(c) || others.indexOf(c) >= 0;
        }
    }

    private Token() {}

    public static boolean takes(byte b) {
        return TAKEN[b & 0xff];
    }
}
