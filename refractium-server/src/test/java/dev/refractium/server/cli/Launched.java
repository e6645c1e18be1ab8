package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command line in a JVM of its own, as the launcher starts it. Ended when closed. */
final class Launched implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Pattern PORT = Pattern.compile("listening .*?:(\\d+)( .*)?");

    private final Process process;
    private final Path out;
    private final Path err;

    private Launched(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it in {@code directory}, where its two streams go as well. */
    static Launched in(Path directory, String... arguments) throws IOException {
        return in(directory, List.of(), arguments);
    }

    /** As {@link #in(Path, String...)}, with options for the JVM. */
    static Launched in(Path directory, List<String> jvm, String... arguments) throws IOException {
        return in(directory, List.of(), jvm, arguments);
    }

    /** As {@link #in(Path, String...)}, in a process that may have so many descriptors. */
    static Launched limited(Path directory, int descriptors, String... arguments) throws IOException {
        return in(
                directory,
                List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"),
                List.of(),
                arguments);
    }

    private static Launched in(Path directory, List<String> before, List<String> jvm, String... arguments)
            throws IOException {
        Path out = Files.createTempFile(directory, "stdout", null);
        Path err = Files.createTempFile(directory, "stderr", null);
        List<String> command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 24) {
            // The launcher's JAR says so in its manifest; a class path cannot, and then the JVM warns.
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(jvm);
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Launched(process, out, err);
    }

    /** The directory of the plugins that were built. */
    static String plugins() {
        return System.getProperty("refractium.plugins");
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("has ended")
                .isTrue();
        return process.exitValue();
    }

    /** Waits until it listens. */
    InetSocketAddress address() throws IOException {
        awaitIn(out, "listening ");
        Matcher port = PORT.matcher(out().strip());
        assertThat(port.matches()).as(out()).isTrue();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    /** Waits until this is on standard error. */
    Launched awaitErr(String text) {
        awaitIn(err, text);
        return this;
    }

    /** Waits until this is on standard output. */
    Launched awaitOut(String text) {
        awaitIn(out, text);
        return this;
    }

    /** Writes to its standard input. */
    Launched send(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    /** Ends its standard input. */
    Launched finish() throws IOException {
        process.getOutputStream().close();
        return this;
    }

    /** Sends a signal, as {@code kill -TERM} does. */
    Launched signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
        assertThat(kill.waitFor()).isZero();
        return this;
    }

    /** How many descriptors it has open. */
    long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return open.count();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String out() throws IOException {
        return Files.readString(out, UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, UTF_8);
    }

    @Override
    public void close() {
        process.destroy(); // so that it takes its copies of plugins with it
        try {
            process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private void awaitIn(Path stream, String text) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(Files.readString(stream, UTF_8))
                        .satisfiesAnyOf(
                                said -> assertThat(said).contains(text),
                                said -> assertThat(process.isAlive()).isFalse()));
        assertThat(stream).content(UTF_8).contains(text);
    }
}
