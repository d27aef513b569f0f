package dev.weft.foundation.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LateLoggerTest {
    @Test
    void linesGoWhereTheJdkHasThemGoUnderTheNameOfTheClass() {
        var lines = new ArrayList<LogRecord>();
        Logger target = Logger.getLogger(LateLoggerTest.class.getName());
        Handler handler = keeping(lines);
        target.setUseParentHandlers(false);
        target.addHandler(handler);
        try {
            System.Logger logger = LateLogger.of(LateLoggerTest.class);
            logger.log(Level.WARNING, "{0} of {1}", 1, 2);
            logger.log(Level.ERROR, "failed", new IllegalStateException("seen"));

            assertThat(logger.getName()).isEqualTo(LateLoggerTest.class.getName());
            assertThat(lines)
                    .extracting(LogRecord::getMessage)
                    .containsExactly("{0} of {1}", "failed");
            assertThat(lines.getLast().getThrown()).hasMessage("seen");
        } finally {
            target.removeHandler(handler);
        }
    }

    @Test
    void whatTheRealOneDoesNotWantIsNotWanted() {
        Logger target = Logger.getLogger(List.class.getName());
        target.setLevel(java.util.logging.Level.SEVERE);
        System.Logger logger = LateLogger.of(List.class);

        assertThat(logger.isLoggable(Level.WARNING)).isFalse();
        assertThat(logger.isLoggable(Level.ERROR)).isTrue();
    }

    private static Handler keeping(List<LogRecord> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord record) {
                lines.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
