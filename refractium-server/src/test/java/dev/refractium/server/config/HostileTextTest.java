package dev.refractium.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the file holds, the reader answers: a configuration or problems, never a throw, in bounded time. */
class HostileTextTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"documented.toml", "bad/16-patterns.toml", "bad/15-attributes.toml"})
    void everyTruncationIsAnswered(String name) throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("src", "test", "resources").resolve(name));

        for (int length = 0; length <= whole.length; length++) {
            answer(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void everyDamageIsAnswered() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of("src", "test", "resources", "documented.toml"));
        Random random = new Random(14);

        for (int round = 0; round < 1000; round++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            answer(damaged);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "a=[",
                "a={a=",
                "a.",
                "[a]\n",
                "[[protocols]]\n",
                "=\n",
                "\"",
                "]",
                "a=\"\\q",
                "\u00e9",
                "\ud800"
            })
    void anOverlongRepetitionIsAnsweredSoon(String piece) {
        String text = piece.repeat((1 << 16) / piece.length());
        Duration start = processorTime();

        assertThat(ConfigReader.parse(text, "t", Path.of("/")).problems()).isNotEmpty();

        assertThat(processorTime().minus(start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void manyRoutesAreComparedSoon() {
        StringBuilder toml = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            toml.append("[[protocols]]\nname = \"https\"\nsni = \"h")
                    .append(i)
                    .append(".test\"\nforward_to = \"a:1\"\n");
        }
        Duration start = processorTime();

        ConfigReader.Parsed parsed = ConfigReader.parse(toml.toString(), "t", Path.of("/"));

        assertThat(parsed.problems()).isEmpty();
        assertThat(parsed.config().routes()).hasSize(5000);
        assertThat(processorTime().minus(start)).isLessThan(Duration.ofSeconds(20));
    }

    /** What this thread has taken: others may have the machine meanwhile. */
    private static Duration processorTime() {
        return Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime());
    }

    private void answer(byte[] content) throws IOException {
        Path file = directory.resolve("hostile.toml");
        Files.write(file, content);

        ConfigReader.Parsed parsed = ConfigReader.read(file, new ConfigReader.Reading(new Variables(Map.of())));

        assertThat(parsed.problems())
                .as(() -> new String(content, StandardCharsets.ISO_8859_1))
                .allSatisfy(problem -> assertThat(problem.toString()).matches("[^\\p{Cc}\\p{Zl}\\p{Zp}]+"));
        assertThat(parsed.config().problems()).isNotNull();
    }
}
