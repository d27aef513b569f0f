package dev.weft.app;

import dev.weft.app.config.Settings;
import dev.weft.app.data.Credentials;
import dev.weft.app.data.DataDirectory;
import dev.weft.foundation.fault.Faults;

/**
 * The composition root: every part that has behaviour is made here, in the order in which the
 * platform starts, and given what it needs. Read top to bottom.
 */
final class Wiring {
    private Wiring() {}

    static Platform start(
            Settings settings,
            DataDirectory data,
            Credentials credentials,
            Announcement announcement) {
        Faults faults = Faults.ofProcess(System.getLogger("weft"), reason -> {});
        var platform = new Platform(faults);
        platform.listensAt("127.0.0.1:6443", "127.0.0.1:8080", "127.0.0.1:8090");
        return platform;
    }
}
