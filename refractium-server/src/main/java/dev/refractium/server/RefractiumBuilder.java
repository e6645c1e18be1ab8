package dev.refractium.server;

import dev.refractium.api.Hook;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.PoolConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.config.Variables;
import dev.refractium.server.control.Inherited;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.hook.FunctionHook;
import dev.refractium.server.identify.FunctionProtocol;
import dev.refractium.server.net.Closer;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.reload.ConfigFile;
import dev.refractium.server.reload.Draft;
import dev.refractium.server.reload.PluginReport;
import dev.refractium.server.reload.ServerRequest;
import dev.refractium.server.reload.ServerRequest.Requested;
import dev.refractium.server.report.Plan;
import dev.refractium.server.report.PluginListing;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a server: every key of the configuration file can be set here, too. A value that is set here takes precedence
 * over the file's, and the file's over the default; docs/configuration.md has the meaning and range of every key. One
 * thread; a builder may start one server after another.
 */
public final class RefractiumBuilder extends ServerKeys<RefractiumBuilder> {
    private Optional<Path> file = Optional.empty();
    private Optional<ServerRequest.GivenConfig> given = Optional.empty();
    private Map<String, String> environment = System.getenv();
    private Optional<Path> defaultPlugins = Optional.empty();
    private final Set<Path> trusted = new LinkedHashSet<>();
    private BeforeListening beforeListening = control -> Inherited.NOTHING;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<Requested<ListenerConfig>> listeners = new ArrayList<>();
    private final List<Requested<RouteConfig>> routes = new ArrayList<>();
    private final Map<String, Requested<PoolConfig>> pools = new LinkedHashMap<>();
    private final List<Protocol> protocols = new ArrayList<>();
    private final Map<String, Hook> hooks = new LinkedHashMap<>();
    private final Set<String> hooksOfAll = new LinkedHashSet<>();
    private final PluginsBuilder plugins = new PluginsBuilder();
    private Optional<NameResolver.Resolver> resolver = Optional.empty();
    private Set<Transport> transports = EnumSet.allOf(Transport.class);
    private String source = "builder";

    RefractiumBuilder() {}

    /** Reads this TOML file at {@link #start}, and again at every reload. */
    public RefractiumBuilder config(Path file) {
        this.file = Optional.of(file);
        this.given = Optional.empty();
        return this;
    }

    /**
     * Takes this TOML text in place of a file; each reload uses it again. Its relative paths start at the working
     * directory.
     *
     * @param name by which messages call it, such as {@code <stdin>}
     * @param toml in UTF-8
     */
    public RefractiumBuilder config(String name, byte[] toml) {
        this.given = Optional.of(new ServerRequest.GivenConfig(name, toml.clone()));
        this.file = Optional.empty();
        return this;
    }

    /** Sets the variables that the configuration may use, as <code>${env:NAME}</code>; without it, those of the process. */
    public RefractiumBuilder environment(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        return this;
    }

    /**
     * Takes a configuration in this directory as it is, and places for Unix sockets there, even if other users may write
     * them or the directory. What lies above the directory is judged as ever, and so are plugins.
     */
    public RefractiumBuilder trustDirectory(Path directory) {
        trusted.add(directory.toAbsolutePath());
        return this;
    }

    /** Runs when the configuration has been found good and nothing listens yet. */
    public interface BeforeListening {
        /**
         * Called once for each start, on its thread.
         *
         * @param control the keys of the control sockets
         * @return the sockets of another process that listeners use in place of new ones
         * @throws StartException to refuse the start
         */
        Inherited run(ControlConfig control) throws StartException;
    }

    /** Sets what {@link #start} runs before it binds an address. */
    public RefractiumBuilder beforeListening(BeforeListening step) {
        beforeListening = step;
        return this;
    }

    /** Sets the source that problems name for the values that are set from now on, such as a flag's name. */
    public RefractiumBuilder source(String source) {
        this.source = source;
        return this;
    }

    /** Serves only these transports. */
    public RefractiumBuilder transports(Transport first, Transport... more) {
        transports = EnumSet.of(first, more);
        return this;
    }

    /** Looks names up by this resolver, whatever the configuration says; for tests. */
    RefractiumBuilder resolver(NameResolver.Resolver resolver) {
        this.resolver = Optional.of(resolver);
        return this;
    }

    /**
     * Sets which JARs of the plugin directory are loaded, and their settings, such as {@code p ->
     * p.allow("refractium-ssh")}.
     */
    public RefractiumBuilder plugins(Consumer<PluginsBuilder> plugins) {
        plugins.accept(this.plugins);
        return this;
    }

    /** Sets the plugin directory of a server for which builder and file name none: the installation's own. */
    public RefractiumBuilder defaultPlugins(Path directory) {
        defaultPlugins = Optional.of(directory.toAbsolutePath());
        return this;
    }

    /** Adds a protocol that is part of this program, in addition to those of the plugins. */
    public RefractiumBuilder protocol(Protocol protocol) {
        protocols.add(protocol);
        return this;
    }

    /**
     * Adds a protocol of TCP that is a single function and sets no attributes, such as {@code peek ->
     * Identification.match()}. What else a protocol may say takes a class.
     *
     * @param name of the form {@code [a-z][a-z0-9_]{0,63}}
     * @param identify as {@link Protocol#identify}: on event loops, for many sessions at once
     */
    public RefractiumBuilder protocol(String name, Function<Peek, Identification> identify) {
        return protocol(new FunctionProtocol(name, identify));
    }

    /** Has all sessions watched by hooks of plugins or of the file, in addition to those of the key {@code hooks}. */
    public RefractiumBuilder hooks(String... names) {
        hooksOfAll.addAll(List.of(names));
        return this;
    }

    /**
     * Has all sessions watched by a hook that is part of this program.
     *
     * @param name its name in messages; tables of the file may use it too, as {@code [hooks.OTHER] hook = "NAME"}
     */
    public RefractiumBuilder hook(String name, Hook hook) {
        hooks.put(name, hook);
        return hooks(name);
    }

    /**
     * Has all sessions watched by the result of {@code open}, such as {@code session -> end -> log(session, end)}; null
     * for no tap.
     */
    public RefractiumBuilder hook(String name, Function<Session, @Nullable Tap> open) {
        return hook(name, new FunctionHook(name, open));
    }

    /**
     * Adds a route of the protocol {@code name}; such routes replace the file's routes of that name.
     *
     * @param route sets the route up, such as {@code r -> r.to("127.0.0.1:80")}
     */
    public RefractiumBuilder route(String name, UnaryOperator<RouteBuilder> route) {
        RouteBuilder said = route.apply(new RouteBuilder(name));
        String from = source;
        routes.add(new Requested<>(from, () -> said.build(from)));
        hooks.putAll(said.ownHooks());
        return this;
    }

    /**
     * Adds a listener; the keys {@code bind} and {@code port} of the server describe one only if there is none.
     *
     * @param name by which routes name it; it replaces a listener of the file of this name
     * @param listener sets the listener up, such as {@code l -> l.bind("::").port(443)}
     */
    public RefractiumBuilder listener(String name, UnaryOperator<ListenerBuilder> listener) {
        ListenerBuilder said = listener.apply(new ListenerBuilder(name));
        String from = source;
        listeners.add(new Requested<>(from, () -> said.build(from)));
        return this;
    }

    /**
     * Adds a pool that routes and fallbacks name, as {@code pool:NAME}; it replaces a pool of the file of this name.
     *
     * @param servers as {@code host:port}, {@code [v6]:port} or {@code unix:/path}
     * @throws IllegalArgumentException if one is not an address
     */
    public RefractiumBuilder pool(String name, String... servers) {
        return pool(name, pool -> pool.to(servers));
    }

    /**
     * Adds a pool as {@link #pool(String, String...)} does.
     *
     * @param pool sets the pool up, such as {@code p -> p.to("10.0.0.1:80").balance(BalancePolicy.FIRST)}
     */
    public RefractiumBuilder pool(String name, UnaryOperator<PoolBuilder> pool) {
        PoolBuilder said = pool.apply(new PoolBuilder(name));
        String from = source;
        pools.put(name, new Requested<>(from, () -> said.build(from)));
        return this;
    }

    /**
     * Returns the plan of the configuration, and opens no socket. What depends on the machine, such as its limits of
     * descriptors and memory, is a warning of the plan here, and refuses the start.
     *
     * @throws ConfigException with all problems
     * @throws StartException if the file or a directory cannot be read
     */
    public Plan check() throws ConfigException, StartException, InterruptedException {
        ServerRequest request = request();
        try (ServerResources resources = new ServerResources(request.resolver());
                Draft draft = new Draft(request, resources)) {
            return draft.plan();
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    /**
     * Returns whether each JAR of the plugin directory can be used, or why not. Needs neither routes nor fallbacks.
     *
     * @throws ConfigException if the file is wrong
     * @throws StartException if the file or a directory cannot be read
     */
    public PluginListing listPlugins() throws ConfigException, StartException {
        ServerRequest request = request();
        try (ServerResources resources = new ServerResources(request.resolver());
                Draft draft = new Draft(request, resources)) {
            return new PluginListing(
                    request.files().configName(), draft.pluginsDirectory(), PluginReport.of(draft.scan()));
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    /**
     * Returns an object that identifies bytes and finds their route; opens no socket. Without a file and without routes
     * it asks every installed protocol, and finds no route.
     *
     * @return to be closed by the caller
     * @throws ConfigException with all problems
     * @throws StartException if the file or a directory cannot be read
     */
    public Explainer identify() throws ConfigException, StartException, InterruptedException {
        return identify(Optional.empty());
    }

    /**
     * Returns an object as {@link #identify()} does, for the routes of one listener.
     *
     * @param listener its name; empty: the first listener of each transport
     * @return to be closed by the caller
     * @throws ConfigException with all problems, among them that there is no such listener
     * @throws StartException if the file or a directory cannot be read
     */
    public Explainer identify(Optional<String> listener) throws ConfigException, StartException, InterruptedException {
        ServerRequest request = request();
        try (Closer closer = new Closer()) {
            ServerResources resources = closer.add(new ServerResources(request.resolver()), ServerResources::close);
            Draft draft = closer.add(new Draft(request, resources), Draft::close);
            if (listener.isPresent()) {
                requireListener(draft.config(), listener.get());
            }
            Explainer explainer = new Explainer(request, resources, draft, listener);
            closer.keep();
            return explainer;
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    private static void requireListener(Config config, String name) throws ConfigException {
        List<String> names =
                config.listening().stream().map(ListenerConfig::name).toList();
        if (!names.contains(name)) {
            throw new ConfigException(List.of(new Problem(
                    "--listener", "listener", Escape.quoted(name) + " is unknown; " + Suggestion.phrase(name, names))));
        }
    }

    /**
     * Returns key {@code control} as the file has it, for a program that looks for the server of that file. What else is
     * wrong with the file is for that server to report.
     *
     * @throws ConfigException if the file is no TOML, or may have been written by another user
     * @throws StartException if the file cannot be read
     */
    public String controlSocket() throws ConfigException, StartException {
        if (file.isEmpty()) {
            return ControlConfig.AUTO;
        }
        try {
            ConfigFile read =
                    ConfigFile.read(file.get(), trusted, new ConfigReader.Reading(new Variables(environment)));
            if (read.planted().isPresent() || !read.parsed().legible()) {
                throw new ConfigException(
                        read.planted().map(List::of).orElse(read.parsed().problems()));
            }
            return read.parsed().config().server().process().control().control();
        } catch (EnvironmentException e) {
            throw StartException.of(e);
        }
    }

    /**
     * Starts the server; when this returns, it listens.
     *
     * @throws ConfigException with all problems
     * @throws StartException if the file cannot be read, the address cannot be bound, or the class path has an older Netty
     */
    public Refractium start() throws ConfigException, StartException, InterruptedException {
        return Refractium.start(request(), beforeListening);
    }

    @Override
    RefractiumBuilder set(String key, Object value) {
        values.put(key, value);
        sources.put(key, source);
        return this;
    }

    /** Returns a copy of the settings so far. */
    ServerRequest request() {
        return new ServerRequest(
                new ServerRequest.Files(file, given, defaultPlugins, trusted, environment),
                new ServerRequest.Overlay(
                        values,
                        sources,
                        hooksOfAll,
                        new ServerRequest.Tables(listeners, routes, pools),
                        plugins.copy()::over),
                new ServerRequest.Parts(protocols, hooks),
                resolver,
                transports);
    }
}
