package dev.weft.api.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.access.Identity;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.api.rule.Advisor;
import dev.weft.testkit.CollectedFaults;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdviceTest {
    @TempDir private Path directory;

    @Test
    void anAdvisorThatFailsHoldsUpNobody() {
        var faults = new CollectedFaults();
        var failing =
                new Advisor() {
                    @Override
                    public ResourceType type() {
                        return Types.GATEWAY_CLASS;
                    }

                    @Override
                    public List<String> warnings(Resource resource, Known known) {
                        throw new IllegalStateException("on purpose");
                    }
                };
        try (EmbeddedApi api =
                EmbeddedApi.open(Setup.in(directory, faults).advisedBy(List.of(failing)))) {
            var wanted =
                    Resource.of(Types.GATEWAY_CLASS, "", "some")
                            .withSpec(JsonObject.of("controllerName", Json.of("a.example/b")));
            Resource made = api.client(Identity.admin()).create(Types.GATEWAY_CLASS, wanted);

            assertThat(made.uid()).isNotEmpty();
        }
        assertThat(faults.all()).singleElement().asString().contains("advising on GatewayClass");
    }
}
