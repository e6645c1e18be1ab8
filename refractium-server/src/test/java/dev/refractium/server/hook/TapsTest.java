package dev.refractium.server.hook;

import static dev.refractium.api.Direction.FROM_BACKEND;
import static dev.refractium.api.Direction.FROM_CLIENT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Chunk;
import dev.refractium.api.Party;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.SessionStage;
import dev.refractium.api.Transport;
import dev.refractium.server.it.support.TestHook;
import dev.refractium.testkit.RecordingTap;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TapsTest extends TapsTesting {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final RecordingTap tap = new RecordingTap();

    @Test
    void tapReceivesEverythingInOrderAndTheEndOnce() {
        Taps taps = open(start(new TestHook(session -> tap)));

        bring(taps, FROM_CLIENT, "hello".getBytes(US_ASCII));
        bring(taps, FROM_BACKEND, "bye".getBytes(US_ASCII));
        bring(taps, FROM_CLIENT, "more".getBytes(US_ASCII));
        bring(taps, FROM_CLIENT, new byte[0]);
        taps.closed("done");
        taps.closed("again");

        awaitEnd(tap);
        assertThat(tap.calls())
                .containsExactly(
                        "data FROM_CLIENT 5",
                        "data FROM_BACKEND 3",
                        "data FROM_CLIENT 4",
                        "data FROM_CLIENT 0",
                        "closed done");
        assertThat(tap.bytes(FROM_CLIENT)).asString(US_ASCII).isEqualTo("hellomore");
        assertThat(tap.broken()).isEmpty();
    }

    @Test
    void bufferOfTheLoopIsNeitherChangedNorKept() {
        Taps taps = open(start(new TestHook(session -> tap)));
        ByteBuffer buffer = ByteBuffer.allocateDirect(16)
                .put("..hello..".getBytes(US_ASCII))
                .position(2)
                .limit(7);

        taps.data(FROM_CLIENT, buffer);
        assertThat(buffer.position()).isEqualTo(2);
        assertThat(buffer.limit()).isEqualTo(7);
        buffer.clear().put(new byte[16]);
        taps.closed("done");

        awaitEnd(tap);
        assertThat(tap.bytes(FROM_CLIENT)).asString(US_ASCII).isEqualTo("hello");
    }

    @Test
    void timesCountFromTheAccept() {
        AtomicLong nanos = new AtomicLong(Duration.ofSeconds(100).toNanos());
        Clock clock = new Clock(InstantSource.fixed(NOON), nanos::get);
        SessionFacts opening = new SessionFacts(
                "s7",
                new SessionFacts.Arrival(Transport.UDP, CLIENT, LISTENER, LISTENER, "edge", 7),
                "",
                Map.of(),
                new SessionFacts.Destination(
                        "any", "pool:any", "fallback unmatched", () -> Optional.of("sites.map:17")),
                new SessionFacts.Times(nanos.get(), -1, Duration.ofMillis(1).toNanos()));
        CompletableFuture<Session> seen = new CompletableFuture<>();
        LiveHook hook = start(new TestHook(session -> {
            seen.complete(session);
            return tap;
        }));

        nanos.addAndGet(Duration.ofMillis(2).toNanos());
        Taps taps = requireNonNull(Taps.open(List.of(hook), opening, null, clock));
        nanos.addAndGet(Duration.ofMillis(3).toNanos());
        taps.connected(new InetSocketAddress("192.0.2.9", 53));
        nanos.addAndGet(Duration.ofMillis(4).toNanos());
        bring(taps, FROM_BACKEND, new byte[9]);
        nanos.addAndGet(Duration.ofMillis(5).toNanos());
        taps.closed("idle");

        awaitEnd(tap);
        SessionEnd end = tap.end().orElseThrow();
        assertThat(end.toRoute()).hasMillis(2);
        assertThat(end.toConnect()).contains(Duration.ofMillis(5));
        assertThat(end.toFirstByte()).contains(Duration.ofMillis(9));
        assertThat(end.toEnd()).hasMillis(14);
        assertThat(end.bytes(FROM_BACKEND)).isEqualTo(9);
        assertThat(end.bytes(FROM_CLIENT)).isZero();
        assertThat(end.in(SessionStage.PROXY_HEADER)).isEmpty();
        assertThat(end.in(SessionStage.PEEK)).contains(Duration.ofMillis(1));
        assertThat(end.in(SessionStage.QUEUE)).isEmpty();
        assertThat(end.in(SessionStage.DIAL)).contains(Duration.ofMillis(3));
        assertThat(end.in(SessionStage.RELAY)).contains(Duration.ofMillis(9));
        assertThat(end.stage()).contains(SessionStage.RELAY);
        assertThat(seen.join().listenerName()).isEqualTo("edge");
        assertThat(seen.join().pool()).isEqualTo("pool:any");
        assertThat(seen.join().generation()).isEqualTo(7);
        assertThat(seen.join().bytes(FROM_BACKEND)).isEqualTo(9);
        Instant began = NOON.minusMillis(2);
        assertThat(seen.join().began()).isEqualTo(began);
        assertThat(seen.join().mapLine()).contains("sites.map:17");
        assertThat(tap.chunks().get(0).at()).isEqualTo(began.plusMillis(9));
        assertThat(seen.join().backend()).contains(new InetSocketAddress("192.0.2.9", 53));
    }

    @Test
    void timesOfAStageAreAddedUpAndAttemptsCounted() {
        AtomicLong nanos = new AtomicLong();
        Clock clock = new Clock(InstantSource.fixed(NOON), nanos::get);
        LiveHook hook = start(new TestHook(session -> tap));
        Taps taps = requireNonNull(Taps.open(List.of(hook), opening("s8", Transport.TCP), null, clock));

        taps.attempted();
        nanos.addAndGet(Duration.ofMillis(2).toNanos());
        taps.queued();
        nanos.addAndGet(Duration.ofMillis(30).toNanos());
        taps.dialled();
        taps.attempted();
        nanos.addAndGet(Duration.ofMillis(5).toNanos());
        taps.closed("client-reset", Party.CLIENT);

        awaitEnd(tap);
        SessionEnd end = tap.end().orElseThrow();
        assertThat(end.in(SessionStage.DIAL)).contains(Duration.ofMillis(7));
        assertThat(end.in(SessionStage.QUEUE)).contains(Duration.ofMillis(30));
        assertThat(end.in(SessionStage.RELAY)).isEmpty();
        assertThat(end.stage()).contains(SessionStage.DIAL);
        assertThat(end.attempts()).isEqualTo(2);
        assertThat(end.endedBy()).isEqualTo(Party.CLIENT);
    }

    @Test
    void bytesThatNoTapWantsAreNotCopied() {
        LiveHook blocked = start(new TestHook(session -> tap).bytes(Set.of()));
        Taps taps = open(blocked);

        bring(taps, FROM_CLIENT, new byte[1 << 20]);
        taps.closed("done");

        awaitEnd(tap);
        assertThat(tap.calls()).containsExactly("closed done");
        assertThat(tap.end().orElseThrow().bytes(FROM_CLIENT)).isEqualTo(1 << 20);
        assertThat(blocked.counts().chunks()).isZero();
        assertThat(blocked.counts().memory()).isZero();
    }

    @Test
    void bytesAreCopiedOnceForAllTapsOfASession() {
        RecordingTap second = new RecordingTap();
        Taps taps = open(start(new TestHook(session -> tap)), start(new TestHook(session -> second)));

        bring(taps, FROM_CLIENT, new byte[100]);
        taps.closed("done");

        awaitEnd(tap);
        awaitEnd(second);
        Chunk chunk = tap.chunks().get(0);
        assertThat(second.chunks()).singleElement().isSameAs(chunk);
        assertThat(chunk.bytes().isReadOnly()).isTrue();
    }

    @Test
    void onlyWantedDirectionsAndFirstBytesAreDelivered() {
        LiveHook hook =
                start(new TestHook(session -> tap).bytes(Set.of(FROM_CLIENT)).firstBytes(10));
        Taps taps = open(hook);

        bring(taps, FROM_BACKEND, new byte[8]);
        bring(taps, FROM_CLIENT, new byte[8]);
        bring(taps, FROM_CLIENT, new byte[8]);
        bring(taps, FROM_CLIENT, new byte[8]);
        taps.closed("done");

        awaitEnd(tap);
        assertThat(tap.calls()).containsExactly("data FROM_CLIENT 8", "data FROM_CLIENT 8", "closed done");
        assertThat(hook.counts().lostBytes()).isZero();
    }

    @Test
    void hookMayDeclineASession() {
        LiveHook hook = start(new TestHook(session -> null));
        Taps taps = open(hook);

        bring(taps, FROM_CLIENT, new byte[1000]);
        taps.closed("done");

        await().untilAsserted(() -> assertThat(hook.counts().memory()).isZero());
        assertThat(hook.counts().opened()).isZero();
        assertThat(hook.counts().lostChunks()).isZero();
    }

    @Test
    void slowOpenMissesNothing() {
        CountDownLatch gate = new CountDownLatch(1);
        Taps taps = open(start(new TestHook(session -> {
            Gates.pass(gate);
            return tap;
        })));

        bring(taps, FROM_CLIENT, "early".getBytes(US_ASCII));
        taps.closed("done");
        gate.countDown();

        awaitEnd(tap);
        assertThat(tap.calls()).containsExactly("data FROM_CLIENT 5", "closed done");
    }

    static void awaitEnd(RecordingTap tap) {
        await().until(() -> tap.end().isPresent());
    }
}
