package dev.refractium.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A command run as a user's shell would, with the environment that the test gives and nothing else of ours. */
final class Launch {
    private final ProcessBuilder builder;

    private long patienceSeconds = 60;

    Launch(Object... command) {
        builder = new ProcessBuilder(Stream.of(command).map(Object::toString).toList());
        builder.environment()
                .keySet()
                .removeAll(List.of("REFRACTIUM_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("XDG_CACHE_HOME", "/dev/null"); // tests leave nothing in anybody's cache
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    }

    Launch with(String variable, String value) {
        builder.environment().put(variable, value);
        return this;
    }

    Launch without(String variable) {
        builder.environment().remove(variable);
        return this;
    }

    /** Gives it this time to end. */
    Launch within(long seconds) {
        patienceSeconds = seconds;
        return this;
    }

    Launch from(Path directory) {
        builder.directory(directory.toFile());
        return this;
    }

    /** Starts it and hands it over with its output on a pipe; the caller ends it. */
    Process start() throws IOException {
        return builder.redirectErrorStream(true).start();
    }

    /** Runs it to its end. */
    Outcome run() throws IOException, InterruptedException {
        File out = File.createTempFile("launch", ".out");
        File err = File.createTempFile("launch", ".err");
        try {
            Process process = builder.redirectOutput(out).redirectError(err).start();
            boolean ended = process.waitFor(patienceSeconds, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("%s ends by itself", builder.command()).isTrue();
            return new Outcome(process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
        } finally {
            Files.delete(out.toPath());
            Files.delete(err.toPath());
        }
    }

    record Outcome(int exitCode, String out, String err) {
        /** Asserts that the stub ran, on which installation, and that nobody warned of anything. */
        Outcome ranIn(Path home) {
            assertThat(err).isEmpty();
            assertThat(exitCode).isZero();
            assertThat(out.lines()).contains("home=" + home);
            return this;
        }

        /** Asserts a refusal by the launcher itself, in one line that holds each part. */
        void refused(String... parts) {
            assertThat(exitCode).isEqualTo(1);
            assertThat(out).isEmpty();
            assertThat(err).startsWith("refractium: ").contains(parts).hasLineCount(1);
        }
    }
}
