package dev.weft.app.cli;

import java.time.Duration;

/** Ages as people read them: {@code 3m}, {@code 2h5m}, {@code 4d}. */
final class Ages {
    private Ages() {}

    static String shown(Duration age) {
        if (age.toSeconds() < 120) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toMinutes() < 120) {
            return age.toMinutes() + "m";
        }
        if (age.toHours() < 48) {
            long minutes = age.toMinutes() % 60;
            return age.toHours() + "h" + (minutes == 0 ? "" : minutes + "m");
        }
        return age.toDays() + "d";
    }
}
