package dev.weft.api.request;

import dev.weft.testkit.CollectedFaults;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** An API that is served for a class of tests, in which each test has a namespace of its own. */
@TestInstance(Lifecycle.PER_CLASS)
class OverHttp {
    static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    final CollectedFaults faults = new CollectedFaults();
    ServedApi served;
    Asking admin;
    String maps;
    String namespace;

    @BeforeAll
    final void start(@TempDir Path directory) {
        served = ServedApi.start(directory, faults);
        admin = Asking.asAdmin(served);
    }

    @AfterAll
    final void stop() {
        admin.close();
        served.close();
        faults.expectNone();
    }

    @BeforeEach
    final void makeNamespace(TestInfo test) {
        namespace = "t" + Integer.toHexString(test.getDisplayName().hashCode());
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
        maps = "/api/v1/namespaces/" + namespace + "/configmaps";
    }
}
