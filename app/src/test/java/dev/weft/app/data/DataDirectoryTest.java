package dev.weft.app.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.foundation.time.Clock;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
    private static final Holder SELF = Holder.beginning(7, Instant.EPOCH, "0.1.0");

    @TempDir private Path folder;

    @Test
    void isHeldByOneAtATimeAndSaysByWhom() throws Exception {
        try (var data = DataDirectory.take(folder, SELF)) {
            data.tell(SELF.answering("a:1", "b:2", "c:3", "d:4"));

            assertThatThrownBy(() -> DataDirectory.take(folder, SELF))
                    .isInstanceOfSatisfying(
                            HeldException.class,
                            e ->
                                    assertThat(e.holder())
                                            .contains(SELF.answering("a:1", "b:2", "c:3", "d:4")));
        }
        assertThat(DataDirectory.holderOf(folder)).isEmpty();
        DataDirectory.take(folder, SELF).close();
    }

    @Test
    void credentialsAreMadeOnceAndKept() throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        Credentials made = Credentials.open(folder, loopback, Clock.system());
        Credentials kept = Credentials.open(folder, loopback, Clock.system());

        assertThat(kept.adminPassword()).isEqualTo(made.adminPassword()).hasSize(24);
        assertThat(kept.authority().certificate()).isEqualTo(made.authority().certificate());
        assertThat(kept.server().certificate()).isEqualTo(made.server().certificate());
    }

    @Test
    void theServersCertificateIsMadeAnewForAnotherAddress() throws Exception {
        InetAddress other = InetAddress.ofLiteral("127.0.0.9");
        var before = Credentials.open(folder, InetAddress.ofLiteral("127.0.0.1"), Clock.system());
        var after = Credentials.open(folder, other, Clock.system());

        assertThat(after.server().certificate()).isNotEqualTo(before.server().certificate());
        assertThat(after.admin().certificate()).isEqualTo(before.admin().certificate());
    }

    @Test
    void aKubeconfigIsReadBackAsItWasWritten() throws Exception {
        var credentials =
                Credentials.open(folder, InetAddress.ofLiteral("127.0.0.1"), Clock.system());
        Path file = folder.resolve("kubeconfig");
        credentials.writeKubeconfig(file, "https://127.0.0.1:1");

        Kubeconfig read = Kubeconfig.parse(Files.readString(file)).orElseThrow();

        assertThat(read.server()).isEqualTo("https://127.0.0.1:1");
        assertThat(read.key()).isEqualTo(credentials.admin().keyPem());
        assertThat(Kubeconfig.parse("apiVersion: v1\nclusters: []\n")).isEmpty();
    }
}
