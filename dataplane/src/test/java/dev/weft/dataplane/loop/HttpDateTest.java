package dev.weft.dataplane.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HttpDateTest {
    @Test
    void writesDatesAsTheStandardDoes() {
        byte[] line = HttpDate.line(Instant.parse("1994-11-06T08:49:37.9Z"));
        assertThat(new String(line, StandardCharsets.US_ASCII))
                .isEqualTo("date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    }
}
