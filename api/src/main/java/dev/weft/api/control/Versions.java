package dev.weft.api.control;

/**
 * Order among resource versions. They are whole numbers without leading zeros, so the longer one is
 * the later one; an API that gives something else is not compared, and then nothing is known.
 */
final class Versions {
    private Versions() {}

    static boolean comparable(String version) {
        if (version.isEmpty() || version.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < version.length(); i++) {
            char c = version.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    /** Whether the first is known to be older than the second. */
    static boolean isOlder(String first, String second) {
        if (!comparable(first) || !comparable(second)) {
            return false;
        }
        return first.length() == second.length()
                ? first.compareTo(second) < 0
                : first.length() < second.length();
    }

    static String later(String first, String second) {
        return first.isEmpty() || isOlder(first, second) ? second : first;
    }
}
