package dev.refractium.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.FailingThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Path file;
    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicInteger reloads = new AtomicInteger();
    private volatile boolean usable = true;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("refractium.toml"), "one");
    }

    @Test
    void watchWithoutAThreadCanBeStartedLater() throws IOException {
        FailingThreads threads = FailingThreads.at(1);
        Server server = new Server(0);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> FileWatch.start(server, threads));

        try (FileWatch watch = FileWatch.start(server, threads)) {
            assertThat(watch).isNotNull();
            Files.writeString(file, "two");

            await().atMost(PATIENCE).until(() -> reloads.get() > 0);
        }
    }

    @Test
    void failedCheckIsFollowedByTheNext() throws IOException {
        try (FileWatch watch = FileWatch.start(new Server(1), FailingThreads.at())) {
            assertThat(watch).isNotNull();
            Files.writeString(file, "two");

            await().atMost(PATIENCE).until(() -> reloads.get() > 0);
        }
    }

    /** A file that others may write is refused until its mode is mended. */
    @Test
    void refusedFileIsReadAgainWhenOnlyItsModeHasChanged() throws IOException {
        usable = false;
        try (FileWatch watch = FileWatch.start(new Server(0), FailingThreads.at())) {
            assertThat(watch).isNotNull();
            Files.writeString(file, "two");
            await().atMost(PATIENCE).until(() -> reloads.get() > 0);
            int refused = reloads.get();

            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

            await().atMost(PATIENCE).until(() -> reloads.get() > refused);
        }
    }

    /** Fails at the first looks. */
    private final class Server implements FileWatch.Follower {
        private final int failures;
        private final Sources sources = new Sources(Optional.of(file), Optional.empty());
        private final Contents running = Contents.read(sources);

        Server(int failures) {
            this.failures = failures;
        }

        @Override
        public Sources sources() {
            if (looks.incrementAndGet() <= failures) {
                throw new OutOfMemoryError("a moment without memory");
            }
            return sources;
        }

        @Override
        public Contents running() {
            return running;
        }

        @Override
        public boolean reload() {
            reloads.incrementAndGet();
            return usable;
        }

        @Override
        public void differs(Optional<String> reason) {
            // Not a matter of these tests.
        }
    }
}
