package dev.weft.machine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PodAddressesTest {
    @TempDir Path directory;

    @Test
    void addressesAreLoopbackAndOutsideOfWhatOthersUse() {
        assertThat(PodAddresses.address(0)).isEqualTo("127.1.0.1");
        assertThat(PodAddresses.address(253)).isEqualTo("127.1.0.254");
        assertThat(PodAddresses.address(254)).isEqualTo("127.1.1.1");
        assertThat(PodAddresses.address(95 * 256 * 254 - 1)).isEqualTo("127.95.255.254");
    }

    @Test
    void noTwoPodsHaveOneAndAnAddressIsReusedLate() throws IOException {
        PodAddresses addresses = PodAddresses.open(directory);
        var given = new HashSet<String>();
        for (int i = 0; i < 1000; i++) {
            String address = addresses.give("pod-" + i);
            assertThat(given.add(address)).isTrue();
            addresses.release(address);
        }
    }

    @Test
    void whatAnEarlierPlatformGaveIsNotGivenAgain() throws IOException {
        PodAddresses before = PodAddresses.open(directory);
        String first = before.give("a");
        String second = before.give("b");

        PodAddresses after = PodAddresses.open(directory);
        after.restore("a", first);
        after.restore("b", second);
        for (int i = 0; i < 500; i++) {
            assertThat(after.give("c" + i)).isNotIn(first, second);
        }
    }

    @Test
    void aDamagedFileIsBegunAnew() throws IOException {
        Files.writeString(directory.resolve("next-address"), "nonsense");
        assertThat(PodAddresses.open(directory).give("a")).startsWith("127.");
    }
}
