package dev.refractium.server.it.support;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A server with a configuration file and a plugin directory of its own, and a backend for each of the {@link Versions},
 * called by its number: what a client is greeted with tells which version it met.
 */
public final class Site implements AutoCloseable {
    private final Path directory;
    private final List<TestBackend> backends = new ArrayList<>();
    private final List<UdpBackend> udpBackends = new ArrayList<>();
    private final Refractium server;

    private Site(Path directory, boolean follows, String more) throws Exception {
        this.directory = directory;
        for (int i = 0; i < Versions.DISTINCT; i++) {
            backends.add(TestBackend.named(Integer.toString(i)));
            udpBackends.add(UdpBackend.named(Integer.toString(i)));
        }
        Files.createDirectories(plugins());
        Versions.jar(1).writeTo(jar());
        Files.writeString(config(), text(more));
        this.server = builder(follows).start();
    }

    /** One that does not follow its files, with these lines at the end of {@code [server]}. */
    public static Site of(Path directory, String more) throws Exception {
        return new Site(directory, false, more);
    }

    /** One that follows its files. */
    public static Site following(Path directory) throws Exception {
        return new Site(directory, true, "");
    }

    private RefractiumBuilder builder(boolean follows) {
        return TestedIo.server()
                .config(config())
                .plugins(plugins())
                .maxConnections(4_000)
                .drainTimeout(Duration.ofMillis(200))
                .hotReload(follows);
    }

    /** The configuration: a route for each version, after {@code more}. */
    public String text(String more) {
        String port = more.contains("port =") ? "" : "port = 0\n";
        String bind = more.contains("bind =") ? "" : "bind = \"127.0.0.1\"\n";
        StringBuilder text =
                new StringBuilder("[server]\n" + bind + port + "max_connections_per_ip = 0\n" + more + "\n");
        for (int i = 0; i < backends.size(); i++) {
            text.append(route(
                    "third",
                    "match = { v = \"" + i + "\" }\ntransport = \"tcp\"",
                    backends.get(i).address()));
            text.append(route(
                    "third",
                    "match = { v = [\"" + i + "\", \"u" + i + "\"] }\ntransport = \"udp\"",
                    udpBackends.get(i).address()));
        }
        return text.toString();
    }

    /** One more table. */
    public static String route(String name, String more, String backend) {
        return "[[protocols]]\nname = \"" + name + "\"\nforward_to = \"" + backend + "\"\n" + more + "\n";
    }

    public Path config() {
        return directory.resolve("refractium.toml");
    }

    public Path plugins() {
        return directory.resolve("plugins");
    }

    public Path jar() {
        return plugins().resolve("third.jar");
    }

    public Refractium server() {
        return server;
    }

    /** The number of the generation that new sessions begin with. */
    public long generation() {
        return server.status().generation();
    }

    /** Whether the plugin that new sessions meet is this version. */
    public boolean serves(int version) {
        return server.plan().plugins().stream()
                .anyMatch(plugin -> plugin.version().orElse("").equals("1.0." + version));
    }

    /** Connects with the plugin's protocol; the greeting names the version. */
    public Client connect() throws IOException {
        return Client.to(server.tcp().orElseThrow()).send("THIRD");
    }

    /** Whom a new client meets. */
    public String greeting() throws IOException {
        try (Client client = connect()) {
            String greeting = client.read(7);
            client.reset();
            return greeting.substring(0, 1);
        }
    }

    public TestBackend backend(int version) {
        return backends.get(version % Versions.DISTINCT);
    }

    @Override
    public void close() throws IOException {
        server.cutNow();
        server.close();
        for (TestBackend backend : backends) {
            backend.close();
        }
        udpBackends.forEach(UdpBackend::close);
    }
}
