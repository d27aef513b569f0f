package dev.weft.foundation.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody probably meant who wrote a word that is not known. Any thread. */
public final class NearMiss {
    private NearMiss() {}

    /** The known word that is nearest, where it is near enough to be worth a question. */
    public static Optional<String> of(String word, Collection<String> known) {
        int far = Math.max(1, word.length() / 3);
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= far)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** A question to put behind a message: {@code , did you mean X?}, or nothing. */
    public static String question(String word, Collection<String> known) {
        return of(word, known).map(near -> ", did you mean " + near + "?").orElse("");
    }

    /** How many letters must be put in, taken out, changed, or swapped with their neighbour. */
    static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(a, b, cost, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] cost, int i, int j) {
        int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least =
                Math.min(
                        Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + changed);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
