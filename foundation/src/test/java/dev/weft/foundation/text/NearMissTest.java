package dev.weft.foundation.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearMissTest {
    private static final List<String> WORDS = List.of("apply", "get", "delete", "deployments");

    @Test
    void findsAMissedASwappedAndAnAdditionalLetter() {
        assertThat(NearMiss.of("aply", WORDS)).contains("apply");
        assertThat(NearMiss.of("gte", WORDS)).contains("get");
        assertThat(NearMiss.of("deploymentss", WORDS)).contains("deployments");
    }

    @Test
    void suggestsNothingThatIsFar() {
        assertThat(NearMiss.of("frobnicate", WORDS)).isEmpty();
        assertThat(NearMiss.question("frobnicate", WORDS)).isEmpty();
    }
}
