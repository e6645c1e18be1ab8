package dev.refractium.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes: made by the first start, used by the next, and no harm in whatever state it is. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher there makes no archive")
class ClassArchiveIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path temp;

    private Path cache;
    private Path configuration;
    private Installation installation;

    @BeforeEach
    void install() throws IOException {
        temp = temp.toRealPath();
        cache = temp.resolve("a cache");
        installation = Installation.copiedTo(temp.resolve("home"));
        configuration = Files.writeString(temp.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                health = "off"
                [[protocols]]
                name = "http"
                forward_to = "127.0.0.1:9"
                """);
    }

    @Test
    void firstStartMakesItAndTheNextUsesIt() throws Exception {
        Path loaded = temp.resolve("loaded");
        made();

        serve(new Launch(installation.launcher(), "-c", configuration)
                .with("XDG_CACHE_HOME", cache.toString())
                .with("REFRACTIUM_JAVA_OPTS", "-Xlog:class+load:file=" + loaded));

        assertThat(Files.readString(loaded))
                .contains("dev.refractium.server.cli.Main source: shared objects file (top)");
    }

    @Test
    void oneThatWasCutShortIsNotUsedAndReplaced() throws Exception {
        long cut;
        try (FileChannel archive = FileChannel.open(made(), StandardOpenOption.WRITE)) {
            cut = archive.size() / 2;
            archive.truncate(cut);
        }

        assertThat(Files.size(made())).isGreaterThan(cut);
    }

    @Test
    void anotherLibraryTakesAnotherArchiveAndTheOldOneGoes() throws Exception {
        Path archive = made();
        Path copy = temp.resolve("copy.jar");
        try (Stream<Path> jars = Files.list(installation.home().resolve("lib"))) {
            Path jar = jars.findFirst().orElseThrow();
            Files.copy(jar, copy);
            Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
        }

        assertThat(made()).isNotEqualTo(archive);
        assertThat(archive).doesNotExist();
    }

    @Test
    void servesWhereThereIsNoPlaceForIt() throws Exception {
        serve(new Launch(installation.launcher(), "-c", configuration).with("XDG_CACHE_HOME", "/dev/null"));
        serve(new Launch(installation.launcher(), "-c", configuration)
                .without("XDG_CACHE_HOME")
                .without("HOME"));
    }

    /** Serves until there is an archive other than those that a start has found. */
    private Path made() throws Exception {
        List<Path> before = archives();
        List<Long> sizes = sizes(before);
        var launch = new Launch(installation.launcher(), "-c", configuration).with("XDG_CACHE_HOME", cache.toString());
        serve(launch);
        Instant end = Instant.now().plus(PATIENCE);
        while (archives().isEmpty()
                || (archives().equals(before) && sizes(before).equals(sizes))) {
            assertThat(Instant.now()).as("an archive beside %s", before).isBefore(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return archives().get(0);
    }

    private static List<Long> sizes(List<Path> files) throws IOException {
        var sizes = new ArrayList<Long>();
        for (Path file : files) {
            sizes.add(Files.exists(file) ? Files.size(file) : -1);
        }
        return sizes;
    }

    private List<Path> archives() throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(cache)) {
            return files.filter(file -> file.toString().endsWith(".jsa"))
                    .sorted()
                    .toList();
        }
    }

    /** Starts it, waits until it listens, ends it; nobody may have warned of anything. */
    private static void serve(Launch launch) throws Exception {
        Process process = launch.start();
        try (BufferedReader output = process.inputReader()) {
            var lines = new ArrayList<String>();
            String line;
            do {
                line = output.readLine();
                assertThat(line).as("a line after %s", lines).isNotNull();
                lines.add(line);
            } while (!line.startsWith("listening "));
            process.toHandle().destroy();
            output.lines().forEach(lines::add);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(lines)
                    .noneMatch(said -> said.startsWith("[") || said.contains("WARN") || said.startsWith("OpenJDK"));
        } finally {
            process.destroyForcibly();
        }
    }
}
