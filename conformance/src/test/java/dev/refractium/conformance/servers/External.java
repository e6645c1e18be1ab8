package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server in a process of its own. Its output is in the file {@code output} of its directory. */
final class External implements Server {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final Recipe recipe;
    private final InetSocketAddress address;
    private final Process process;

    private External(Recipe recipe, InetSocketAddress address, Process process) {
        this.recipe = recipe;
        this.address = address;
        this.process = process;
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param directory where it has a new directory of its own
     * @param keys where the certificates are
     * @return empty if the program is not installed
     * @throws IOException if the program does not start to listen
     */
    static Optional<Server> start(Recipe recipe, Path directory, Path keys) throws IOException, InterruptedException {
        Optional<Path> program = program(recipe.command().get(0));
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Path own = Files.createTempDirectory(directory, "server");
        Files.createDirectory(own.resolve("empty"));
        InetSocketAddress address = freeAddress();
        Files.writeString(own.resolve(recipe.file()), filled(resource(recipe), recipe, own, address, keys));
        List<String> command = new ArrayList<>(List.of(program.get().toString()));
        recipe.command().stream().skip(1).forEach(word -> command.add(filled(word, recipe, own, address, keys)));
        Path output = own.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(own.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        External server = new External(recipe, address, process);
        server.awaitListening(output);
        return Optional.of(server);
    }

    @Override
    public String name() {
        return recipe.title();
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public List<String> names() {
        return recipe.names();
    }

    @Override
    public int parallel() {
        return recipe.parallel();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitListening(Path output) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                close();
                throw new IOException(recipe.title() + " does not start: " + Files.readString(output));
            }
            Thread.sleep(20); // it does not report that it listens
        }
    }

    private boolean listens() throws IOException {
        try (Socket probe = new Socket(address.getAddress(), address.getPort())) {
            return probe.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    private static Optional<Path> program(String name) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String resource(Recipe recipe) throws IOException {
        try (InputStream in = External.class.getResourceAsStream(recipe.file())) {
            return new String(Objects.requireNonNull(in, recipe.file()).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String filled(String text, Recipe recipe, Path own, InetSocketAddress address, Path keys) {
        return text.replace("@VARIANT@", recipe.variant())
                .replace("@DIR@", own.toString())
                .replace("@KEYS@", keys.toString())
                .replace("@PORT@", Integer.toString(address.getPort()));
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
        }
    }
}
