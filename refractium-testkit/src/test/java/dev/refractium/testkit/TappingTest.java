package dev.refractium.testkit;

import static dev.refractium.api.Direction.FROM_BACKEND;
import static dev.refractium.api.Direction.FROM_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import dev.refractium.api.Tap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TappingTest {
    private final RecordingTap tap = new RecordingTap();

    @Test
    void aTapHearsWhatItsHookAskedFor() {
        Tapping.open(new Watcher(tap, EnumSet.allOf(Direction.class), Long.MAX_VALUE), FakeSession.tcp())
                .fromClient("hello")
                .connected()
                .lost(FROM_BACKEND, 7)
                .fromBackend("bye")
                .end("done");

        assertThat(tap.calls())
                .containsExactly("data FROM_CLIENT 5", "lost FROM_BACKEND 7", "data FROM_BACKEND 3", "closed done");
        assertThat(tap.bytes(FROM_CLIENT)).isEqualTo("hello".getBytes(StandardCharsets.US_ASCII));
        assertThat(tap.chunks().get(1).offset()).isEqualTo(7);
        assertThat(tap.broken()).isEmpty();
    }

    @Test
    void whatWasNotAskedForIsCountedAndNotGiven() {
        SessionEnd end = Tapping.open(new Watcher(tap, Set.of(FROM_CLIENT), 6), FakeSession.udp())
                .fromClient("first")
                .fromClient("whole")
                .fromClient("later")
                .fromBackend("answer")
                .end("idle");

        assertThat(tap.bytes(FROM_CLIENT)).hasSize(10);
        assertThat(tap.bytes(FROM_BACKEND)).isEmpty();
        assertThat(end.bytes(FROM_CLIENT)).isEqualTo(15);
        assertThat(end.bytes(FROM_BACKEND)).isEqualTo(6);
        assertThat(end.toConnect()).isEmpty();
        assertThat(end.toFirstByte()).contains(Duration.ofMillis(5));
        assertThat(end.toEnd()).isGreaterThan(end.toRoute());
        assertThat(end.stage()).contains(SessionStage.DIAL);
        assertThat(end.in(SessionStage.PEEK)).contains(end.toRoute());
        assertThat(end.in(SessionStage.RELAY)).isEmpty();
    }

    @Test
    void aHookThatDeclinesIsNotTold() {
        Tapping tapping = Tapping.open(new Watcher(null, Set.of(FROM_CLIENT), 6), FakeSession.tcp());

        tapping.fromClient("hello").end("done");

        assertThat(tapping.isTapped()).isFalse();
    }

    @Test
    void whatATapThrowsComesOut() {
        Tap throwing = end -> {
            throw new IllegalStateException(end.cause());
        };
        Tapping tapping = Tapping.open(new Watcher(throwing, Set.of(), 0), FakeSession.tcp());

        assertThatThrownBy(() -> tapping.end("stalled")).hasMessage("stalled");
    }

    @Test
    void aRecordingTapFindsABadHost() {
        Watcher watcher = new Watcher(tap, Set.of(FROM_CLIENT), 100);
        Tapping.open(watcher, FakeSession.tcp()).fromClient("one").end("done");

        Tapping.open(watcher, FakeSession.tcp()).fromClient("again");

        assertThat(tap.broken())
                .anyMatch(fault -> fault.contains("after the end"))
                .anyMatch(fault -> fault.contains("goes on at 0 instead of 3"));
    }

    private record Watcher(@Nullable Tap tap, Set<Direction> bytes, long firstBytes) implements Hook {
        @Override
        public String name() {
            return "watcher";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return tap;
        }
    }
}
