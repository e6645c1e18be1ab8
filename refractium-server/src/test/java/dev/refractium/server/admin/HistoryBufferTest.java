package dev.refractium.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.report.History;
import dev.refractium.server.report.Measures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryBufferTest {
    private static final Measures.Listener LISTENER = new Measures.Listener("default", "tcp", 0);

    private final HistoryBuffer history = new HistoryBuffer();

    @Test
    void samplesAreDifferencesOfCounters() {
        history.add(measures(5, sessions("a", 1, 100, 1_000)), 1);
        history.add(measures(7, sessions("a", 3, 110, 1_500), sessions("new", 1, 1, 2)), 2);
        history.add(measures(7, sessions("new", 0, 1, 2)), 3);

        History.Totals totals = history.report(3_000_003).totals();
        assertThat(totals.live()).containsExactly(1L, 4L, 0L);
        assertThat(totals.opened()).containsExactly(0L, 2L, 0L);
        assertThat(totals.fromClient()).containsExactly(0L, 11L, 0L);
        assertThat(totals.fromBackend()).containsExactly(0L, 502L, 0L);
        assertThat(history.report(3_000_003).ageMs()).isEqualTo(3);
    }

    @Test
    void aRouteThatComesBackCountsFromZero() {
        history.add(measures(0, sessions("a", 1, 100, 0)), 1);
        history.add(measures(0, sessions("a", 1, 30, 0)), 2);

        assertThat(history.report(2).totals().fromClient()).containsExactly(0L, 0L);
    }

    @Test
    void tenMinutesAreKept() {
        for (int i = 0; i < 2 * HistoryBuffer.MOST; i++) {
            history.add(measures(0, sessions("a", i, 10L * i, 0)), i);
        }

        History kept = history.report(0);
        assertThat(kept.totals().live()).hasSize(HistoryBuffer.MOST).endsWith(2L * HistoryBuffer.MOST - 1);
        assertThat(kept.routes()).singleElement().satisfies(route -> {
            assertThat(route.route()).isEqualTo("a");
            assertThat(route.bytes())
                    .hasSize(HistoryBuffer.MOST / HistoryBuffer.TOGETHER)
                    .containsOnly(100L);
        });
    }

    @Test
    void ofManyRoutesTheBusiestAreKeptAndTheOthersAddedUp() {
        int many = HistoryBuffer.MOST_ROUTES + 50;
        for (int i = 0; i < 2 * HistoryBuffer.TOGETHER; i++) {
            List<Measures.Sessions> all = new ArrayList<>();
            for (int route = 1; route <= many; route++) {
                all.add(sessions("r" + route, 0, (long) route * i, 0));
            }
            history.add(measures(0, all.toArray(Measures.Sessions[]::new)), i);
        }

        List<History.Route> routes = history.report(0).routes();
        assertThat(routes).hasSize(HistoryBuffer.MOST_ROUTES + 1);
        assertThat(routes)
                .extracting(History.Route::route)
                .contains("other", "r" + many)
                .doesNotContain("r50");
        long sum = routes.stream().mapToLong(route -> route.bytes().get(1)).sum();
        assertThat(sum).isEqualTo((long) HistoryBuffer.TOGETHER * many * (many + 1) / 2);
    }

    @Test
    void whatWasBusyInOneSampleOnlyIsAmongTheOthersAfterwards() {
        long[] sums = new long[2 * HistoryBuffer.MOST_ROUTES];
        long total = 0;
        for (int i = 0; i < 3 * HistoryBuffer.TOGETHER; i++) {
            List<Measures.Sessions> all = new ArrayList<>();
            for (int route = 0; route < sums.length; route++) {
                // Each third of the time another half of the routes moves most.
                long more = i == 0 ? 0 : (route + i / HistoryBuffer.TOGETHER) % 2 == 0 ? 50 : 1;
                sums[route] += more;
                total += more;
                all.add(sessions("r" + route, 0, sums[route], 0));
            }
            history.add(measures(0, all.toArray(Measures.Sessions[]::new)), i);
        }

        List<History.Route> routes = history.report(0).routes();
        assertThat(routes).hasSize(HistoryBuffer.MOST_ROUTES + 1);
        assertThat(routes.stream()
                        .flatMap(route -> route.bytes().stream())
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(total);
    }

    private static Measures.Sessions sessions(String route, long live, long fromClient, long fromBackend) {
        return new Measures.Sessions(
                LISTENER, "p", route, new Measures.Counts(live, 0, fromClient, fromBackend, Map.of()));
    }

    private static Measures measures(long opened, Measures.Sessions... sessions) {
        Measures.Histogram none = new Measures.Histogram(List.of(), List.of(0L), 0);
        return new Measures(
                List.of(new Measures.Listener("default", "tcp", opened)),
                List.of(),
                List.of(sessions),
                List.of(),
                new Measures.Overall(true, 0, 0, new Measures.Loops(none, 0), new Measures.Limits(1, 1, 1)));
    }
}
