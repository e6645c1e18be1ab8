package dev.refractium.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeSettingsTest {
    @TempDir
    private Path directory;

    @Test
    void whatWasNotWrittenIsTheFallback() {
        FakeSettings settings = FakeSettings.none();

        assertThat(settings.string("a", "x")).isEqualTo("x");
        assertThat(settings.integer("b", 7)).isEqualTo(7);
        assertThat(settings.bool("c", true)).isTrue();
        assertThat(settings.strings("d", List.of("y"))).containsExactly("y");
        assertThat(settings.has("e")).isFalse();
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void whatWasWrittenIsGiven() {
        FakeSettings settings =
                FakeSettings.of("a", "z").and("b", 8).and("c", false).and("d", List.of("1", "2"));

        assertThat(settings.string("a", "x")).isEqualTo("z");
        assertThat(settings.strings("a", List.of())).containsExactly("z");
        assertThat(settings.integer("b", 7)).isEqualTo(8);
        assertThat(settings.bool("c", true)).isFalse();
        assertThat(settings.strings("d", List.of())).containsExactly("1", "2");
        assertThat(settings.unknown()).isEmpty();
    }

    @Test
    void anotherTypeIsAProblemAndGivesTheFallback() {
        FakeSettings settings = FakeSettings.of("a", 1).and("d", List.of(1L));

        assertThat(settings.string("a", "x")).isEqualTo("x");
        assertThat(settings.strings("d", List.of("y"))).containsExactly("y");
        assertThat(settings.problems())
                .containsExactly("a: 1 is no String", "d: is an array of something else than strings");
    }

    @Test
    void durationsAndSizesAreWrittenWithAUnit() {
        FakeSettings settings = FakeSettings.of("a", "5m")
                .and("b", "64KiB")
                .and("c", 4096)
                .and("d", 3000)
                .and("e", "1.5s")
                .and("f", true);

        assertThat(settings.duration("a", Duration.ZERO)).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.size("b", 0)).isEqualTo(65_536);
        assertThat(settings.size("c", 0)).isEqualTo(4_096);
        assertThat(settings.duration("unwritten", Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.size("unwritten", 7)).isEqualTo(7);
        assertThat(settings.problems()).isEmpty();

        assertThat(settings.duration("d", Duration.ZERO)).isZero();
        assertThat(settings.duration("e", Duration.ZERO)).isZero();
        assertThat(settings.size("f", 1)).isEqualTo(1);
        assertThat(settings.problems())
                .containsExactly(
                        "d: \"3000\" has no unit; write \"3s\" or \"3000ms\"",
                        "e: \"1.5s\" is no duration; did you mean \"1500ms\"?",
                        "f: true is no String");
    }

    @Test
    void aPathIsAbsoluteHoweverItWasWritten() {
        FakeSettings settings = FakeSettings.of("a", "/var/../tmp/x").and("b", "logs/x");

        assertThat(settings.path("a")).contains(Path.of("/tmp/x"));
        assertThat(settings.path("b")).contains(Path.of("").toAbsolutePath().resolve("logs/x"));
        assertThat(settings.path("c")).isEmpty();
        assertThat(settings.problems()).isEmpty();
    }

    @Test
    void aSecretIsWrittenOrInItsFile() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "sesame\n");
        FakeSettings settings = FakeSettings.of("a", "open")
                .and("b_file", file.toString())
                .and("c_file", directory.resolve("none").toString())
                .and("d", "x")
                .and("d_file", "y");

        assertThat(settings.secret("a")).contains("open");
        assertThat(settings.secret("b")).contains("sesame");
        assertThat(settings.secret("c")).isEmpty();
        assertThat(settings.secret("d")).isEmpty();
        assertThat(settings.secret("e")).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        assertThat(settings.problems())
                .containsExactly(
                        "c_file: " + directory.resolve("none") + " cannot be read", "d_file: is also said by d");
    }

    @Test
    void whatThePluginNeverAskedForIsUnknown() {
        FakeSettings settings = FakeSettings.of("a", 1).and("b", 2);

        settings.integer("a", 0);

        assertThat(settings.unknown()).containsExactly("b");
    }
}
