package dev.refractium.plugins.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.Tapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IntervalsTest {
    private final List<Entry> lines = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000;
    private final Intervals intervals = new Intervals(Duration.ofMinutes(10), () -> now);

    @AfterEach
    void close() {
        intervals.close();
    }

    @Test
    void longSessionHasALineForEachIntervalUntilItsEnd() {
        FakeSession session = FakeSession.tcp();
        Tapping tapping = Tapping.open(new Watching(), session);

        passed(9);
        passed(1);
        session.bytes(Direction.FROM_CLIENT, 77);
        passed(5);
        passed(5);
        tapping.end("done");
        passed(30);

        assertThat(lines).extracting(Entry::reason).containsExactly("interval", "interval", "done");
        assertThat(lines).extracting(line -> line.total().toMinutes()).containsExactly(10L, 20L, 0L);
        assertThat(lines.get(1).bytes(Direction.FROM_CLIENT)).isEqualTo(77);
    }

    @Test
    void lineOfALongSessionLeavesOutWhatOnlyItsEndKnows() {
        Tapping.open(new Watching(), FakeSession.tcp());
        passed(10);

        StringBuilder line = new StringBuilder();
        JsonObject.write(lines.get(0), line);

        assertThat(line.toString()).endsWith("""
                "backend":null,"attempts":null,"reason":"interval","ended_by":null,"stage":null,"ms_header":null,\
                "ms_peek":null,"ms_queue":null,"ms_dial":null,"ms_first_byte":null,"ms_total":600000.000,\
                "bytes_from_client":0,"bytes_from_backend":0,"generation":1}""");
    }

    private void passed(long minutes) {
        now += Duration.ofMinutes(minutes).toNanos();
        intervals.look();
    }

    private final class Watching implements Hook {
        @Override
        public String name() {
            return "watching";
        }

        @Override
        public Tap open(Session session) {
            return intervals.open(session, lines::add, () -> {});
        }
    }
}
