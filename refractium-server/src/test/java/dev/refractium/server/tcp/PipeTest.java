package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.net.IoKind;
import dev.refractium.server.net.ManualLoop;
import dev.refractium.server.socket.Side;
import dev.refractium.server.socket.Sockets;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One direction of a session, between sides without sockets. */
class PipeTest {
    private static final int KIB = 1 << 10;
    private static final long BUDGET = 4 << 20;

    private final ManualLoop time = new ManualLoop();
    private final TcpLoop loop = new TcpLoop(time.loop(), Sockets.of(IoKind.NIO), () -> 1 << 20, () -> BUDGET);
    private final MemorySide source = new MemorySide();
    private final MemorySide sink = new MemorySide();
    private final Pipe pipe = new Pipe(source, sink, (side, readable, writable) -> {}, loop);
    private final Pipe back = new Pipe(sink, source, (side, readable, writable) -> {}, loop);

    PipeTest() {
        pipe.back(back);
        back.back(pipe);
    }

    @AfterEach
    void closeLoop() {
        time.close();
    }

    @Test
    void whatIsReadIsWrittenAndNothingIsHeld() {
        byte[] bytes = bytes(100 * KIB);
        source.says(bytes);

        assertThat(pump()).isNull();

        assertThat(sink.written()).isEqualTo(bytes);
        assertThat(pipe.moved()).isEqualTo(bytes.length);
        assertThat(loop.relayMemory().held()).isZero();
    }

    @Test
    void aShortReadIsTheLastOfItsTurn() {
        source.says(bytes(10));

        pump();

        assertThat(source.reads).hasSize(1);
    }

    @Test
    void readsGrowWithASinkThatKeepsUp() {
        source.says(bytes(4 << 20));

        pump();
        pump();

        assertThat(source.reads)
                .containsExactly(16 * KIB, 32 * KIB, 64 * KIB, 128 * KIB, 256 * KIB, 512 * KIB, 1024 * KIB, 1024 * KIB);
    }

    @Test
    void readsAreSmallAgainAfterAShortWrite() {
        source.says(bytes(2 << 20));
        pump();

        sink.takes(1);
        pump();
        sink.takes(Integer.MAX_VALUE);
        drain();
        source.reads.clear();
        pump();

        assertThat(source.reads.get(0)).isEqualTo(16 * KIB);
    }

    @Test
    void whatTheSinkDoesNotTakeIsHeldAndComesNext() {
        byte[] bytes = bytes(20 * KIB);
        source.says(bytes);
        sink.takes(5 * KIB);

        pump();

        assertThat(pipe.isPending()).isTrue();
        assertThat(pipe.wantsToRead()).isFalse();
        assertThat(loop.relayMemory().held()).isEqualTo(11 * KIB);
        sink.takes(3 * KIB);
        flush();
        assertThat(pipe.isPending()).isTrue();
        sink.takes(Integer.MAX_VALUE);
        flush();
        assertThat(pipe.isPending()).isFalse();
        assertThat(pipe.wantsToRead()).isTrue();
        assertThat(loop.relayMemory().held()).isZero();
        pump();
        assertThat(sink.written()).isEqualTo(bytes);
    }

    @Test
    void nothingIsReadWhileSomethingIsHeld() {
        source.says(bytes(40 * KIB));
        sink.takes(0);
        pump();

        pump();

        assertThat(source.reads).hasSize(1);
        assertThat(source.unread()).isEqualTo(24 * KIB);
    }

    @Test
    void whatIsHeldIsOfferedInPieces() {
        byte[] bytes = bytes(2 << 20);
        source.says(bytes);
        pump();
        sink.takes(0);
        pump();
        sink.writes.clear();

        sink.takes(1);
        flush();
        sink.takes(Integer.MAX_VALUE);
        drain();

        assertThat(sink.writes).allMatch(offered -> offered <= 64 * KIB);
        pump();
        assertThat(sink.written()).isEqualTo(Arrays.copyOf(bytes, sink.written().length));
    }

    @Test
    void aFinIsPassedOnBehindTheBytes() {
        source.says(bytes(10)).then(Side.END);

        pump();
        pump();

        assertThat(sink.written()).hasSize(10);
        assertThat(sink.fins).isEqualTo(1);
        assertThat(pipe.isFinished()).isTrue();
        assertThat(pipe.wantsToRead()).isFalse();
    }

    @Test
    void aFinWaitsForWhatIsHeld() {
        sink.takes(4);
        pipe.send(ByteBuffer.wrap(bytes(10)), now());

        pipe.end(now());
        assertThat(sink.fins).isZero();
        assertThat(pipe.isFinished()).isFalse();
        sink.takes(Integer.MAX_VALUE);
        flush();

        assertThat(sink.written()).hasSize(10);
        assertThat(sink.fins).isEqualTo(1);
        assertThat(pipe.isFinished()).isTrue();
    }

    @Test
    void theSecondFinIsLeftToTheClose() {
        pipe.end(now());

        back.end(now());

        assertThat(sink.fins).isEqualTo(1);
        assertThat(source.fins).isZero();
        assertThat(pipe.isFinished() && back.isFinished()).isTrue();
    }

    @Test
    void itSaysWhichSideBroke() {
        source.says(bytes(10)).then(Side.BROKEN);
        assertThat(pump()).isNull();
        assertThat(pump()).isSameAs(source);

        sink.says(bytes(10));
        source.takes(Side.BROKEN);
        assertThat(back.pump(loop.loop().buffer(), now())).isSameAs(source);
        assertThat(back.wantsToRead()).isFalse();
    }

    @Test
    void whatABrokenSinkDidNotTakeIsHeldNoMore() {
        sink.takes(4);
        pipe.send(ByteBuffer.wrap(bytes(10)), now());

        sink.takes(Side.BROKEN);

        assertThat(pipe.flush(loop.loop().buffer(), now())).isSameAs(sink);
        assertThat(loop.relayMemory().held()).isZero();
        assertThat(pipe.isPending()).isFalse();
    }

    @Test
    void progressOfASlowSinkCountsAndWaitingDoesNot() {
        sink.takes(4);
        pipe.send(ByteBuffer.wrap(bytes(10)), now());
        long sentAt = now();

        time.pass(Duration.ofSeconds(1));
        sink.takes(0);
        flush();
        assertThat(pipe.movedAt()).isEqualTo(sentAt);
        sink.takes(1);
        flush();

        assertThat(pipe.movedAt()).isEqualTo(sentAt + 1_000);
    }

    @Test
    void littleMakesTheLoopSharedUnlessTheSessionMovesBulk() {
        moveBulk();

        // A request while the answers are bulk, and what is left over of bulk itself.
        sink.says(bytes(100));
        back.pump(loop.loop().buffer(), now());
        source.says(bytes(100));
        pump();

        assertThat(loop.bulkTurns().isShared(now())).isFalse();
    }

    @Test
    void aSessionThatMovedBulkOnceCountsAfterSomeExchangesOfLittle() {
        moveBulk();

        int exchanges = 0;
        while (!loop.bulkTurns().isShared(now())) {
            assertThat(exchanges++).isLessThan(10);
            source.says(bytes(100));
            pump();
        }

        assertThat(exchanges).isEqualTo(6); // 1 MiB is 16 KiB doubled six times
    }

    private void moveBulk() {
        source.says(bytes(4 << 20));
        while (pipe.moved() < 4 << 20) {
            pump();
        }
        assertThat(loop.bulkTurns().isShared(now())).isFalse();
    }

    private @Nullable Side pump() {
        return pipe.pump(loop.loop().buffer(), now());
    }

    private void flush() {
        assertThat(pipe.flush(loop.loop().buffer(), now())).isNull();
    }

    private void drain() {
        for (int i = 0; i < 100 && pipe.isPending(); i++) {
            flush();
        }
        assertThat(pipe.isPending()).isFalse();
    }

    private long now() {
        return time.loop().timers().now();
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }
}
