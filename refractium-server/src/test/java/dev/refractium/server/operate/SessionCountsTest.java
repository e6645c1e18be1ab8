package dev.refractium.server.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.session.Sessions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionCountsTest {
    private static final long HOUR = 3_600_000;

    private final Sessions sessions = new Sessions();

    @Test
    void eachSessionCountsInTheFirstAgeThatItIsUnder() {
        for (long age : new long[] {0, 59_999, 60_000, HOUR - 1, HOUR, 24 * HOUR - 1, 24 * HOUR, 9999 * HOUR}) {
            sessions.begin(new KnownSession(sessions.nextId(), age, Transport.TCP, 3, null));
        }

        assertThat(SessionCounts.of(sessions).byAge(3)).containsExactlyEntriesOf(ages(2, 2, 2, 2));
        assertThat(SessionCounts.of(sessions).byAge(4)).containsExactlyEntriesOf(ages(0, 0, 0, 0));
    }

    @Test
    void routesCountByNameAndTransportWhateverTheGeneration() {
        sessions.begin(new KnownSession(1, 0, Transport.TCP, 1, "dns"));
        sessions.begin(new KnownSession(2, 0, Transport.TCP, 2, "dns"));
        sessions.begin(new KnownSession(3, 0, Transport.UDP, 2, "dns"));
        sessions.begin(new KnownSession(4, 0, Transport.TCP, 2, null));

        SessionCounts census = SessionCounts.of(sessions);

        assertThat(census.of(Transport.TCP, "dns")).isEqualTo(2);
        assertThat(census.of(Transport.UDP, "dns")).isEqualTo(1);
        assertThat(census.of(Transport.UDP, "http")).isZero();
    }

    private static Map<String, Integer> ages(int minute, int hour, int day, int older) {
        Map<String, Integer> ages = new LinkedHashMap<>();
        ages.put("1m", minute);
        ages.put("1h", hour);
        ages.put("1d", day);
        ages.put("older", older);
        return ages;
    }
}
