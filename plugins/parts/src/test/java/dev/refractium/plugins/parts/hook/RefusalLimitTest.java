package dev.refractium.plugins.parts.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.testkit.FakeSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalLimitTest {
    private long now = Long.MAX_VALUE - 1_000;
    private final RefusalLimit limit = new RefusalLimit(() -> now);

    @Test
    void theFirstOfAClientAreWrittenAndTheLastStandsForTheOthers() {
        List<RefusalLimit.Refusal> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            written.addAll(limit.add(FakeSession.tcp().id("s" + i), "unmatched"));
        }
        assertThat(written).hasSize(RefusalLimit.MOST_EACH).allMatch(one -> one.count() == 1);
        assertThat(limit.due()).isEmpty();

        now += RefusalLimit.WINDOW_NANOS;

        assertThat(limit.due()).singleElement().satisfies(one -> {
            assertThat(one.session().id()).isEqualTo("s19");
            assertThat(one.count()).isEqualTo(20 - RefusalLimit.MOST_EACH);
        });
        assertThat(limit.rest()).isEmpty();
        assertThat(limit.add(FakeSession.tcp(), "unmatched")).hasSize(1);
    }

    @Test
    void aClientIsAnAddressOrTheNetworkOfOne() {
        for (int i = 0; i < RefusalLimit.MOST_EACH; i++) {
            limit.add(FakeSession.tcp().client("2001:db8::" + i, 1), "unmatched");
        }

        assertThat(limit.add(FakeSession.tcp().client("2001:db8::ffff", 1), "unmatched"))
                .isEmpty();
        assertThat(limit.add(FakeSession.tcp().client("2001:db8:0:1::", 1), "unmatched"))
                .hasSize(1);
        assertThat(limit.add(FakeSession.tcp().client("32.1.13.184", 1), "unmatched"))
                .hasSize(1);
    }

    @Test
    void aFloodFromEverywhereIsBoundedAndCounted() {
        List<RefusalLimit.Refusal> written = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String address = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
            written.addAll(limit.add(FakeSession.udp().client(address, 1), "unmatched"));
        }
        written.addAll(limit.rest());

        assertThat(written).hasSize(RefusalLimit.MOST_CLIENTS + 1);
        assertThat(written.stream().mapToLong(RefusalLimit.Refusal::count).sum())
                .isEqualTo(100_000);
    }
}
