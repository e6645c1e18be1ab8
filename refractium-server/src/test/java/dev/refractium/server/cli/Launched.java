package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.it.support.CommandLineJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.stream.Collectors;

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
        return withFiles(directory, builder(directory, jvm, arguments));
    }

    /** As {@link #in(Path, String...)}, in a process limited to this number of descriptors. */
    static Launched limited(Path directory, int descriptors, String... arguments) throws IOException {
        return behind(directory, "ulimit -n " + descriptors, arguments);
    }

    /** As {@link #in(Path, String...)}, by a shell that runs {@code first} and then becomes the process. */
    static Launched behind(Path directory, String first, String... arguments) throws IOException {
        ProcessBuilder builder = builder(directory, List.of(), arguments);
        List<String> command = new ArrayList<>(List.of("sh", "-c", first + " && exec \"$@\"", "sh"));
        command.addAll(builder.command());
        return withFiles(directory, builder.command(command));
    }

    /** As {@link #in(Path, String...)}, by a program that is given the command as its last arguments, and becomes it. */
    static Launched by(Path directory, String... program) throws IOException {
        ProcessBuilder builder = builder(directory, List.of());
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(builder.command());
        return withFiles(directory, builder.command(command));
    }

    /** As {@link #in(Path, String...)}, after a script that mounts what this process alone sees. */
    static Launched afterMounts(Path directory, String script, String... arguments) throws IOException {
        ProcessBuilder builder = builder(directory, List.of(), arguments);
        List<String> command =
                new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", "set -e; " + script + "; exec \"$@\"", "sh"));
        command.addAll(builder.command());
        return withFiles(directory, builder.command(command));
    }

    /** As {@link #in(Path, String...)}, at a pseudo terminal of its own, whose input is what is sent. */
    static Launched atTerminal(Path directory, Size size, String... arguments) throws IOException {
        String command = "stty rows " + size.rows() + " cols " + size.columns() + "; stty -g >before; "
                + builder(directory, List.of(), arguments).command().stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "))
                + "; code=$?; stty -g >after; exit $code";
        ProcessBuilder builder =
                new ProcessBuilder("script", "-qfec", command, "/dev/null").directory(directory.toFile());
        builder.environment().put("TERM", "xterm");
        return withFiles(directory, builder);
    }

    /** The rows and columns of a terminal. */
    record Size(int rows, int columns) {}

    /** Returns the JVM that a shell has started. */
    ProcessHandle jvm() {
        return process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .orElseThrow();
    }

    /** As {@link #in(Path, List, String...)}, without some variables of the environment. */
    static Launched inEnvironment(Path directory, List<String> without, List<String> jvm, String... arguments)
            throws IOException {
        ProcessBuilder builder = builder(directory, jvm, arguments);
        without.forEach(builder.environment()::remove);
        return withFiles(directory, builder);
    }

    private static Launched withFiles(Path directory, ProcessBuilder builder) throws IOException {
        Path out = Files.createTempFile(directory, "stdout", null);
        Path err = Files.createTempFile(directory, "stderr", null);
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        return new Launched(process, out, err);
    }

    /** As {@link #in(Path, String...)}, with a pipe as standard error, unread until {@link #pipe}. */
    static Launched withPipe(Path directory, String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "stdout", null);
        Process process = builder(directory, List.of(), arguments)
                .redirectOutput(out.toFile())
                .start();
        return new Launched(process, out, out);
    }

    /** As {@link #in(Path, String...)}, with a pipe as standard output, unread until {@link #readLineAndCloseOut}. */
    static Launched withOutputPipe(Path directory, String... arguments) throws IOException {
        Path err = Files.createTempFile(directory, "stderr", null);
        Process process = builder(directory, List.of(), arguments)
                .redirectError(err.toFile())
                .start();
        return new Launched(process, err, err);
    }

    /** As {@link #withPipe}, with one pipe for both streams. */
    static Launched withOnePipe(Path directory, String... arguments) throws IOException {
        Path out = Files.createTempFile(directory, "stdout", null);
        Process process = builder(directory, List.of(), arguments)
                .redirectErrorStream(true)
                .start();
        return new Launched(process, out, out);
    }

    private static ProcessBuilder builder(Path directory, List<String> jvm, String... arguments) {
        List<String> command = new ArrayList<>(CommandLineJvm.options());
        command.addAll(jvm);
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).directory(directory.toFile());
    }

    /** What the server of this socket answers to {@code status}, without a process for the question. */
    static JsonObject status(Path socket) throws IOException {
        return JsonParser.parseString(ControlClient.at(socket).status()).getAsJsonObject();
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
        Matcher port =
                PORT.matcher(awaitIn(out, Pattern.compile("listening .*\\R")).strip());
        assertThat(port.matches()).isTrue();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    /** Waits until this is on standard error. */
    Launched awaitErr(String text) throws IOException {
        return awaitErr(Pattern.compile(text, Pattern.LITERAL));
    }

    /** Waits until something on standard error matches this. */
    Launched awaitErr(Pattern text) throws IOException {
        awaitIn(err, text);
        return this;
    }

    /** Waits as {@link #awaitErr(Pattern)}, and returns what standard error has then. */
    String awaitErrText(Pattern text) throws IOException {
        return awaitIn(err, text);
    }

    /** Waits until this is on standard output. */
    Launched awaitOut(String text) throws IOException {
        awaitIn(out, Pattern.compile(text, Pattern.LITERAL));
        return this;
    }

    /** Writes to its standard input. */
    Launched send(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    /** Reads a line of the pipe of its standard output, and closes the pipe as {@code head -1} does. */
    String readLineAndCloseOut() throws IOException {
        try (BufferedReader reader = process.inputReader()) {
            return reader.readLine();
        }
    }

    /** Ends its standard input. */
    Launched finish() throws IOException {
        process.getOutputStream().close();
        return this;
    }

    /** Sends a signal, as {@code kill -TERM} does. */
    Launched signal(String name) throws IOException, InterruptedException {
        return signals(name, 1);
    }

    /** Sends a signal this many times in a row. */
    Launched signals(String name, int times) throws IOException, InterruptedException {
        String each = "i=0; while [ $i -lt " + times + " ]; do kill -" + name + " " + process.pid()
                + " || exit; i=$((i + 1)); done";
        Process kill = new ProcessBuilder("sh", "-c", each).start();
        assertThat(kill.waitFor()).isZero();
        return this;
    }

    /** How many threads it has, on Linux. */
    int threads() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return (int) tasks.count();
        }
    }

    /** The pipe of its standard error. */
    InputStream pipe() {
        return process.getErrorStream();
    }

    /** How many descriptors it has open. */
    long descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return open.count();
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns all of standard output once the process has ended; before, how much is there is a matter of chance. */
    String out() throws IOException {
        assertThat(isAlive()).as("use awaitOut while it runs").isFalse();
        return Files.readString(out, UTF_8);
    }

    /** All of standard error, once it has ended. */
    String err() throws IOException {
        assertThat(isAlive()).as("use awaitErr while it runs").isFalse();
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

    private String awaitIn(Path stream, Pattern text) throws IOException {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(Files.readString(stream, UTF_8))
                        .satisfiesAnyOf(
                                said -> assertThat(said).containsPattern(text),
                                said -> assertThat(process.isAlive()).isFalse()));
        String said = Files.readString(stream, UTF_8);
        assertThat(said).containsPattern(text);
        return said;
    }
}
