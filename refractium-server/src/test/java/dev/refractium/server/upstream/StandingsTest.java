package dev.refractium.server.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Transport;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StandingsTest {
    private static final Source SERVER = new Source("a", 1, Transport.TCP);

    private final Standings standings = new Standings();

    @Test
    void standingsThatNothingUsesAreForgotten() {
        Standing used = standings.of("kept", SERVER);
        for (int i = 0; i < 1_000; i++) {
            standings.of("pool" + i, SERVER);
        }

        await().until(() -> {
            System.gc();
            standings.forgetUnused();
            return standings.size() == 1;
        });

        assertThat(standings.of("kept", SERVER)).isSameAs(used);
    }

    @Test
    void orderOutlivesTheStandingThatFollowedIt() {
        Standings.Subject subject = new Standings.Subject(SERVER.toString(), Optional.of("pool"));
        standings.set(subject, new Standing.Order(false, OptionalInt.empty()));
        assertThat(standings.of("pool", SERVER).isOpen()).isFalse();

        await().until(() -> {
            System.gc();
            standings.forgetUnused();
            return standings.size() == 0;
        });

        assertThat(standings.of("pool", SERVER).isOpen()).isFalse();
    }
}
