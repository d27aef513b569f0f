package dev.weft.api.cel.function;

/**
 * Finds a text in another one. The JDK compares the part anew at each place, which for two long
 * texts that were chosen for it takes as many steps as the product of their lengths; so a long part
 * is searched for by the lengths of its own beginnings that it repeats, in as many as their sum.
 */
final class Searching {
    private static final int SHORT = 64;

    private Searching() {}

    /** The first place of the part at or after another place, below zero where there is none. */
    static int first(String text, String part, int from) {
        return isShort(text, part) ? text.indexOf(part, from) : search(text, part, from);
    }

    /** The last place of the part at or before another place, below zero where there is none. */
    static int last(String text, String part, int from) {
        if (isShort(text, part)) {
            return text.lastIndexOf(part, from);
        }
        int end = Math.min(from + part.length(), text.length());
        String backwards = new StringBuilder(text.substring(0, end)).reverse().toString();
        String wanted = new StringBuilder(part).reverse().toString();
        int found = search(backwards, wanted, 0);
        return found < 0 ? -1 : end - found - part.length();
    }

    private static boolean isShort(String text, String part) {
        return part.length() <= SHORT || text.length() - part.length() <= SHORT;
    }

    private static int search(String text, String part, int from) {
        int[] repeated = repeated(part);
        int fits = 0;
        for (int i = Math.max(from, 0); i < text.length(); i++) {
            while (fits > 0 && text.charAt(i) != part.charAt(fits)) {
                fits = repeated[fits - 1];
            }
            if (text.charAt(i) == part.charAt(fits)) {
                fits++;
            }
            if (fits == part.length()) {
                return i - fits + 1;
            }
        }
        return -1;
    }

    /** For each beginning of the part, how long the longest of its own ends is that begins it. */
    private static int[] repeated(String part) {
        var repeated = new int[part.length()];
        int fits = 0;
        for (int i = 1; i < part.length(); i++) {
            while (fits > 0 && part.charAt(i) != part.charAt(fits)) {
                fits = repeated[fits - 1];
            }
            if (part.charAt(i) == part.charAt(fits)) {
                fits++;
            }
            repeated[i] = fits;
        }
        return repeated;
    }
}
