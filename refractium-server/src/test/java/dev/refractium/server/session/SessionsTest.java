package dev.refractium.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Transport;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.identify.Inquiry;
import dev.refractium.server.upstream.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The steps of an end, which are the same for TCP and UDP. */
class SessionsTest {
    private final Sessions sessions = new Sessions();
    private final List<String> steps = new ArrayList<>();

    @Test
    void anEndNotifiesHooksGivesPlacesBackAndCounts() {
        Ending session = new Ending(false);
        sessions.begin(session);

        sessions.end(session, EndReason.DONE, 42);

        assertThat(steps).containsExactly("hooks", "places");
        assertThat(sessions.live()).isZero();
        assertThat(sessions.bytes()).isEqualTo(42);
        assertThat(sessions.ends()).containsEntry(EndReason.DONE, 1L);
    }

    @Test
    void anEndIsCompleteEvenIfAStepThrows() {
        Ending session = new Ending(true);
        sessions.begin(session);

        assertThatThrownBy(() -> sessions.end(session, EndReason.DONE, 42)).hasMessage("places");

        assertThat(steps).containsExactly("hooks", "places");
        assertThat(sessions.live()).isZero();
        assertThat(sessions.ends()).containsEntry(EndReason.DONE, 1L);
        assertThat(meter().live()).isZero();
    }

    @Test
    void aRefusalIsCountedAndShownToNoHookUnlessOneAsks() {
        SessionMeter meter = meter();

        sessions.refuse(meter, EndReason.OVER_MAX_CONNECTIONS, new Ending(true), Refusals.NONE);

        assertThat(steps).isEmpty();
        assertThat(sessions.newestId()).isZero();
        assertThat(sessions.ends()).containsEntry(EndReason.OVER_MAX_CONNECTIONS, 1L);
        assertThat(meter.ends()).isEqualTo(Map.of(EndReason.OVER_MAX_CONNECTIONS, 1L));
    }

    @Test
    void namesOfSessionsStayUniqueWhenCountingBeginsAgain() {
        Sessions again = new Sessions();

        assertThat(sessions.uniqueId(1)).matches("[0-9a-f]{16}-1").isNotEqualTo(again.uniqueId(1));
        assertThat(sessions.uniqueId(2)).isEqualTo(sessions.uniqueId(1).replace("-1", "-2"));
    }

    private SessionMeter meter() {
        return sessions.meters().listener(Transport.TCP, "default").undecided();
    }

    private final class Ending implements LiveSession {
        private final boolean throwing;

        Ending(boolean throwing) {
            this.throwing = throwing;
        }

        @Override
        public SessionMeter meter() {
            return SessionsTest.this.meter();
        }

        @Override
        public void closeHooks(EndReason why) {
            step("hooks");
        }

        @Override
        public void release() {
            step("places");
        }

        private void step(String name) {
            steps.add(name);
            if (throwing) {
                throw new IllegalStateException(name);
            }
        }

        @Override
        public String stageName() {
            return "relay";
        }

        @Override
        public @Nullable Target target() {
            return null;
        }

        @Override
        public long fromClient() {
            return 0;
        }

        @Override
        public long fromBackend() {
            return 0;
        }

        @Override
        public boolean closesWithBackend() {
            return false;
        }

        @Override
        public boolean leave(Predicate<Target> some, EndReason why) {
            return false;
        }

        @Override
        public long began() {
            return 0;
        }

        @Override
        public @Nullable Inquiry known() {
            return null;
        }

        @Override
        public Refusals refusals() {
            return Refusals.NONE;
        }

        @Override
        public InetSocketAddress client() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public @Nullable InetSocketAddress local() {
            return null;
        }

        @Override
        public long id() {
            return 1;
        }

        @Override
        public long ageMs() {
            return 0;
        }

        @Override
        public Transport transport() {
            return Transport.UDP;
        }

        @Override
        public long generation() {
            return 1;
        }

        @Override
        public @Nullable String route() {
            return null;
        }

        @Override
        public void cut(EndReason why) {}
    }
}
