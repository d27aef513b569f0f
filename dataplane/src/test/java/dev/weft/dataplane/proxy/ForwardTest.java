package dev.weft.dataplane.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.dataplane.http.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ForwardTest {
    private ProxyFixture proxy;

    @BeforeEach
    void start() throws Exception {
        proxy = new ProxyFixture();
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
    }

    @Test
    void passesRequestsOnOverOneKeptConnection() throws Exception {
        Origin origin = proxy.named("blue");
        proxy.routeTo(origin);
        RawClient client = proxy.client();
        for (int i = 0; i < 3; i++) {
            RawClient.Answer answer = client.get("/a?b=" + i).answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("blue");
        }
        assertThat(origin.requests())
                .extracting(Origin.Request::line)
                .containsExactly(
                        "GET /a?b=0 HTTP/1.1", "GET /a?b=1 HTTP/1.1", "GET /a?b=2 HTTP/1.1");
        assertThat(origin.accepted()).isEqualTo(1);
    }
}
