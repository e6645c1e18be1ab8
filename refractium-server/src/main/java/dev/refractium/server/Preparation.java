package dev.refractium.server;

import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.PluginSettings;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.net.Io;
import dev.refractium.server.net.Listening;
import dev.refractium.server.net.Names;
import dev.refractium.server.plugin.PluginDirectory;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.RefusedJar;
import dev.refractium.server.text.Escape;
import dev.refractium.server.upstream.Backends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a server needs before it listens: the configuration, the plugins and the generation made of both.
 * Closed by whoever does not make a server of it, and by the server otherwise. One thread.
 */
final class Preparation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Preparation.class);

    private final RefractiumBuilder.Request request;
    private final Names names = new Names();
    private final Backends backends;
    private final List<Problem> problems = new ArrayList<>();
    private final Config config;
    private final Optional<Path> pluginsDirectory;
    private @Nullable StateDirectory state;
    private PluginScan plugins = new PluginScan(List.of(), List.of());
    private List<Protocol> configured = List.of();
    private @Nullable Generation generation;
    private int maxConnections;
    private Io io = Io.NIO;

    /** Written once more when the port is known; read by the resolver's threads. */
    private volatile Listening listening;

    private Preparation(RefractiumBuilder.Request request) throws StartException {
        this.request = request;
        this.config = new Assembly(request, problems).assemble();
        ServerConfig server = config.server();
        this.listening = new Listening(resolve(server.bind()), server.port());
        this.backends = new Backends(names, address -> listening.includes(address));
        this.pluginsDirectory = config.server().pluginsDir().or(() -> request.defaultPlugins);
    }

    /**
     * Prepares what was asked for.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    static Preparation of(RefractiumBuilder.Request request)
            throws ConfigException, StartException, InterruptedException {
        Preparation prepared = new Preparation(request);
        try {
            prepared.prepare();
            return prepared;
        } catch (ConfigException | StartException | InterruptedException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    /**
     * What becomes of each JAR of the plugin directory, whatever the routes want of them.
     *
     * @throws ConfigException if the configuration cannot be read well enough to know the directory
     */
    static PluginListing plugins(RefractiumBuilder.Request request) throws ConfigException, StartException {
        try (Preparation prepared = new Preparation(request)) {
            prepared.refuseProblems();
            prepared.loadPlugins();
            return new PluginListing(request.file, prepared.pluginsDirectory, PluginReport.of(prepared.plugins));
        }
    }

    /** As {@link #of}; without a generation, if neither the file nor a route says what to serve. */
    static Preparation forIdentifying(RefractiumBuilder.Request request)
            throws ConfigException, StartException, InterruptedException {
        if (request.file.isPresent() || !request.routes.isEmpty()) {
            return of(request);
        }
        Preparation prepared = new Preparation(request);
        try {
            prepared.loadPlugins();
            prepared.reportRefused();
            prepared.protocols();
            prepared.refuseProblems();
            return prepared;
        } catch (ConfigException | StartException | RuntimeException e) {
            prepared.close();
            throw e;
        }
    }

    /** Every protocol there is, whether a route asks for it or not. */
    List<Protocol> installed() {
        List<Protocol> all = new ArrayList<>(request.protocols);
        all.addAll(configured);
        return all;
    }

    boolean hasGeneration() {
        return generation != null;
    }

    Config config() {
        return config;
    }

    Set<Transport> transports() {
        return request.transports;
    }

    Generation generation() {
        if (generation == null) {
            throw new IllegalStateException("not prepared");
        }
        return generation;
    }

    Backends backends() {
        return backends;
    }

    int maxConnections() {
        return maxConnections;
    }

    /** The address to bind. */
    InetAddress bind() {
        return listening.bind();
    }

    /** How many event loops share the TCP sessions. */
    int threads() {
        return config.server().threads().orElse(Runtime.getRuntime().availableProcessors());
    }

    /** What they stand on. */
    Io io() {
        return io;
    }

    /** Says where the server listens in the end. */
    void listensAt(int port) {
        listening = new Listening(bind(), port);
    }

    Plan plan() {
        return new Plan(
                request.file,
                pluginsDirectory,
                config.server().bind(),
                config.server().port(),
                maxConnections,
                RoutingTable.of(generation(), transports()),
                PluginReport.of(plugins));
    }

    @Override
    public void close() {
        names.close();
        plugins.close();
        if (state != null) {
            state.close();
        }
    }

    private void prepare() throws ConfigException, StartException, InterruptedException {
        ServerConfig server = config.server();
        loadPlugins();
        reportRefused();
        GenerationBuilder.Built built = new GenerationBuilder(config, protocols(), backends, listening).build();
        generation = built.generation();
        problems.addAll(built.problems());
        limitConnections(server);
        chooseIo(server);
        checkMemory(server);
        checkServesAnything(server);
        refuseProblems();
    }

    private void reportRefused() {
        for (RefusedJar jar : plugins.refused()) {
            log.warn("plugin refused file={} reason={}", jar.file().getFileName(), Escape.quoted(jar.reason()));
        }
    }

    private void refuseProblems() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(
                    problems.stream().distinct().sorted(Problem.IN_FILE_ORDER).toList());
        }
    }

    private static InetAddress resolve(String bind) throws StartException {
        try {
            return InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new StartException("cannot resolve the address to bind, \"" + bind + "\"", e);
        }
    }

    private void loadPlugins() throws StartException {
        if (pluginsDirectory.isPresent()) {
            try {
                state = StateDirectory.open(System.getenv());
            } catch (IOException e) {
                throw new StartException("no private directory for the plugins' copies: " + e.getMessage(), e);
            }
            plugins = PluginDirectory.load(pluginsDirectory.get(), state, PluginSettings.rules(config));
        }
        configured = PluginSettings.apply(config, plugins, problems);
    }

    private Protocols protocols() {
        List<String> refused = plugins.refused().stream()
                .map(jar -> Escape.text(jar.file().getFileName() + " (" + jar.reason() + ")"))
                .toList();
        try {
            return new Protocols(installed(), refused);
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("builder", "protocol", e.getMessage() + "; give one of them another name"));
            return new Protocols(List.of(), refused);
        }
    }

    private void limitConnections(ServerConfig server) {
        int wanted = server.maxConnections().orElse(ServerConfig.DEFAULT_MAX_CONNECTIONS);
        OptionalInt fitting = DescriptorLimit.maxConnections(server.udpMaxSessions());
        maxConnections = wanted;
        if (fitting.isEmpty() || wanted <= fitting.getAsInt()) {
            return;
        }
        String room = "the descriptor limit has room for " + Math.max(0, fitting.getAsInt()) + " beside "
                + server.udpMaxSessions() + " UDP sessions";
        if (server.maxConnections().isPresent() || fitting.getAsInt() < 1) {
            problems.add(server.origin()
                    .problem("max_connections", wanted + " is too many: " + room + "; lower it, or raise ulimit -n"));
        } else {
            maxConnections = fitting.getAsInt();
            log.info("max_connections lowered to={} reason=\"{}\"", maxConnections, room);
        }
    }

    /** Each event loop has its share; a session that fits into none of them could only give way to itself. */
    private void checkMemory(ServerConfig server) {
        long least = 2L * server.peekBufferSize() * threads();
        if (server.peekMemory() < least) {
            problems.add(server.origin()
                    .problem(
                            "peek_memory",
                            server.peekMemory() + " is too small: " + threads()
                                    + " event loops share it, and one session of "
                                    + "each may hold twice peek_buffer_size; use " + least + " or more"));
        }
        checkHeap(server);
    }

    /** Both budgets are of the heap, which sessions and plugins need some of too. */
    private void checkHeap(ServerConfig server) {
        long most = Runtime.getRuntime().maxMemory() / 4 * 3;
        long wanted = server.peekMemory() + server.relayMemory();
        if (wanted > most) {
            String key = server.origin().has("relay_memory") ? "relay_memory" : "peek_memory";
            problems.add(server.origin()
                    .problem(
                            key,
                            "peek_memory and relay_memory are " + wanted + " bytes together, and the heap has room for "
                                    + most + " beside the rest; lower them, or raise -Xmx (REFRACTIUM_JAVA_OPTS)"));
        }
    }

    private void chooseIo(ServerConfig server) {
        Optional<String> noEpoll = server.io().equals("nio") ? Optional.of("not wanted") : Io.EPOLL.missing();
        io = noEpoll.isEmpty() ? Io.EPOLL : Io.NIO;
        if (noEpoll.isPresent() && server.io().equals("epoll")) {
            problems.add(server.origin()
                    .problem(
                            "io",
                            "epoll cannot be used here: " + noEpoll.get()
                                    + "; write \"auto\", which takes it where it can be used, or \"nio\""));
        } else if (noEpoll.isPresent() && server.io().equals("auto")) {
            log.info("io=nio reason={}", Escape.quoted("epoll cannot be used here: " + noEpoll.get()));
        }
    }

    private void checkServesAnything(ServerConfig server) {
        boolean anything = request.transports.stream()
                .anyMatch(t -> !generation().routes(t).entries().isEmpty()
                        || generation().routes(t).silent() != null
                        || !server.fallback(t).isEmpty());
        if (!anything && problems.isEmpty()) {
            problems.add(
                    new Problem(
                            config.server().origin().source(),
                            "protocols",
                            "there is no route and no fallback, so nothing could be served; add a [[protocols]] table, or -f name=host:port"));
        }
    }
}
