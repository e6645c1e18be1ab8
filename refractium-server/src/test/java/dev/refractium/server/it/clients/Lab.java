package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.TestedIo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test has outside of itself: a directory, real servers, the proxy, clients. All of it is gone when the test
 * has ended; what the servers and clients wrote is shown when it has failed. Clients may run on several threads.
 */
final class Lab implements BeforeEachCallback, AfterEachCallback {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHOWN_BYTES = 8_000;

    private final Deque<Process> servers = new ArrayDeque<>();
    private final Deque<Refractium> proxies = new ArrayDeque<>();
    private final AtomicInteger runs = new AtomicInteger();
    private @Nullable Path directory;

    /** What goes before each command: how it enters the test's own network, if there is one. */
    private List<String> entry = List.of();

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        directory = Files.createTempDirectory("refractium-it");
        // Servers that drop their rights must still find what they serve.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        proxies.forEach(Refractium::close);
        for (Process server : servers) {
            end(server);
        }
        if (context.getExecutionException().isPresent()) {
            showLogs(context.getDisplayName());
        }
        try (Stream<Path> files = Files.walk(directory())) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    /** The test's own directory, which others may enter. */
    Path directory() {
        return Objects.requireNonNull(directory, "before the test");
    }

    /** Writes a file, with directories as needed, for its owner to write and for all to read. */
    Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(String name, byte[] content) throws IOException {
        Path file = directory().resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Writes a script {@code bin/NAME} that can be run. */
    void program(String name, String script) throws IOException {
        Path file = write("bin/" + name, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Has all programs run in a network namespace of their own, which {@code setUp} prepares; skips the test without one. */
    void enterNetwork(String setUp) throws Exception {
        if (run("unshare", "-n", "true").exitCode() != 0) {
            System.err.println("SKIPPED: no network namespace");
            Assumptions.abort("no network namespace");
        }
        Path made = directory().resolve("network");
        String holder = "set -e; " + setUp + "; echo $$ >network.new; mv network.new network; exec sleep 600";
        serve(() -> Files.exists(made), "unshare", "-n", "sh", "-c", holder);
        entry = List.of("nsenter", "-n", "-t", Files.readString(made).strip());
    }

    /** Returns whether a TCP server accepts at this port of 127.0.0.1, in the network of the test's programs. */
    boolean accepts(int port) throws Exception {
        return entry.isEmpty()
                ? Ports.accepts(port)
                : run("socat", "-u", "OPEN:/dev/null", "TCP4:127.0.0.1:" + port).exitCode() == 0;
    }

    /** Starts a server that stays in the foreground, and waits until {@code ready}; the test may end it earlier. */
    Process serve(Callable<Boolean> ready, Object... command) throws Exception {
        File log =
                directory().resolve("server-" + runs.incrementAndGet() + ".log").toFile();
        Process server =
                process(command).redirectErrorStream(true).redirectOutput(log).start();
        servers.push(server);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> !server.isAlive() || ready.call());
        assertThat(server.isAlive()).as("%s is running", List.of(command)).isTrue();
        return server;
    }

    /** Runs a client to its end. */
    Output run(Object... command) throws Exception {
        return feed(new byte[0], command);
    }

    /** Runs a client to its end, with this as its standard input. */
    Output feed(byte[] input, Object... command) throws Exception {
        String name = "client-" + runs.incrementAndGet();
        Path in = write(name + ".in", input);
        Path out = directory().resolve(name + ".out");
        Path errors = directory().resolve(name + ".log");
        Process client = process(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start();
        boolean ended = client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        end(client);
        assertThat(ended).as("%s ends by itself", List.of(command)).isTrue();
        String said = new String(Files.readAllBytes(errors), StandardCharsets.UTF_8);
        return new Output(List.of(command).toString(), client.exitValue(), Files.readAllBytes(out), said);
    }

    /** Starts the proxy on one free port of 127.0.0.1, with the plugins' JARs and these routes. */
    Refractium proxy(String routes) throws Exception {
        return proxy("", routes);
    }

    /** The same with lines for the {@code [server]} table. */
    Refractium proxy(String settings, String routes) throws Exception {
        return start("""
                bind = "127.0.0.1"
                port = 0
                """ + settings, routes);
    }

    /** The same with {@code [[listeners]]} and routes. */
    Refractium listening(String listeners) throws Exception {
        return start("", listeners);
    }

    private Refractium start(String settings, String tables) throws Exception {
        String server = """
                [server]
                drain_timeout = "0s"
                plugins_dir = "%s"
                """.formatted(plugins());
        Path file = write("refractium-" + runs.incrementAndGet() + ".toml", server + settings + "\n" + tables);
        Refractium proxy = TestedIo.server().config(file).start();
        proxies.push(proxy);
        return proxy;
    }

    /** The port of a proxy, the same on TCP and UDP. */
    static int port(Refractium proxy) {
        return proxy.tcp().orElseThrow().getPort();
    }

    /** Where the build has put the plugins' JARs. */
    static Path plugins() {
        return Path.of(Objects.requireNonNull(
                System.getProperty("refractium.plugins"), "run by Maven, which sets refractium.plugins"));
    }

    private ProcessBuilder process(Object... command) {
        List<String> words = new ArrayList<>(entry);
        words.add(Tool.find(command[0].toString()).toString());
        Stream.of(command).skip(1).map(Object::toString).forEach(words::add);
        ProcessBuilder process = new ProcessBuilder(words).directory(directory().toFile());
        // Only the test's own settings: no proxy, no .curlrc, no translated messages.
        process.environment()
                .keySet()
                .removeIf(name -> name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
        process.environment().put("HOME", directory().toString());
        process.environment().put("LC_ALL", "C");
        return process;
    }

    /** Ends a process and those that it has started for its clients. */
    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void showLogs(String test) throws IOException {
        try (Stream<Path> logs = Files.list(directory())) {
            for (Path log : logs.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()) {
                byte[] written = Files.readAllBytes(log);
                int from = Math.max(0, written.length - SHOWN_BYTES);
                String tail = new String(written, from, written.length - from, StandardCharsets.UTF_8);
                System.err.printf("-- %s: %s%n%s%n", test, log.getFileName(), tail);
            }
        }
    }
}
