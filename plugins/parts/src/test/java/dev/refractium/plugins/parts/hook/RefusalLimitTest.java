package dev.refractium.plugins.parts.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.Tapping;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RefusalLimitTest {
    private static final SessionEnd END =
            Tapping.open(new Unwatching(), FakeSession.tcp()).end("unmatched");

    private long now = Long.MAX_VALUE - 1_000;
    private final RefusalLimit limit = new RefusalLimit(() -> now);

    @Test
    void theFirstOfAClientAreWrittenAndTheLastStandsForTheOthers() {
        List<RefusalLimit.Refusal> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            written.addAll(limit.add(FakeSession.tcp().id("s" + i), END));
        }
        assertThat(written).hasSize(RefusalLimit.MOST_EACH).allMatch(one -> one.count() == 1);
        assertThat(limit.due()).isEmpty();

        now += RefusalLimit.WINDOW_NANOS;

        assertThat(limit.due()).singleElement().satisfies(one -> {
            assertThat(one.session().id()).isEqualTo("s19");
            assertThat(one.count()).isEqualTo(20 - RefusalLimit.MOST_EACH);
        });
        assertThat(limit.rest()).isEmpty();
        assertThat(limit.add(FakeSession.tcp(), END)).hasSize(1);
    }

    @Test
    void aClientIsAnAddressOrTheNetworkOfOne() {
        for (int i = 0; i < RefusalLimit.MOST_EACH; i++) {
            limit.add(FakeSession.tcp().client("2001:db8::" + i, 1), END);
        }

        assertThat(limit.add(FakeSession.tcp().client("2001:db8::ffff", 1), END))
                .isEmpty();
        assertThat(limit.add(FakeSession.tcp().client("2001:db8:0:1::", 1), END))
                .hasSize(1);
        assertThat(limit.add(FakeSession.tcp().client("32.1.13.184", 1), END)).hasSize(1);
    }

    @Test
    void aFloodFromEverywhereIsBoundedAndCounted() {
        List<RefusalLimit.Refusal> written = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            String address = "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
            written.addAll(limit.add(FakeSession.udp().client(address, 1), END));
        }
        written.addAll(limit.rest());

        assertThat(written).hasSize(RefusalLimit.MOST_CLIENTS + 1);
        assertThat(written.stream().mapToLong(RefusalLimit.Refusal::count).sum())
                .isEqualTo(100_000);
    }

    private static final class Unwatching implements Hook {
        @Override
        public String name() {
            return "unwatching";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }
    }
}
