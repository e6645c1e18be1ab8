package dev.refractium.server;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.net.Names;
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
 * Says what a server shall do; whatever the file can say this can. What is said here goes before what the file says,
 * which goes before the defaults; docs/configuration.md has the meaning and range of every key. One thread; may be used
 * for one server after another.
 */
public final class RefractiumBuilder extends ServerKeys<RefractiumBuilder> {
    private final Request request = new Request();
    private String source = "builder";

    RefractiumBuilder() {}

    /** All that was said. Package-private: {@link Preparation} makes a server of it. */
    static final class Request {
        Optional<Path> file = Optional.empty();
        Optional<Path> defaultPlugins = Optional.empty();
        final Map<String, Object> values = new LinkedHashMap<>();
        final Map<String, String> sources = new LinkedHashMap<>();
        final List<Said> routes = new ArrayList<>();
        final List<Protocol> protocols = new ArrayList<>();
        final Map<String, Hook> hooks = new LinkedHashMap<>();
        final Set<String> hooksOfAll = new LinkedHashSet<>();
        PluginsBuilder plugins = new PluginsBuilder();
        Names.Resolver resolver = Names.SYSTEM;
        Set<Transport> transports = EnumSet.allOf(Transport.class);

        /** This as it is now: a server reads its own again at every reload. */
        Request copy() {
            Request copy = new Request();
            copy.file = file;
            copy.defaultPlugins = defaultPlugins;
            copy.values.putAll(values);
            copy.sources.putAll(sources);
            copy.routes.addAll(routes);
            copy.protocols.addAll(protocols);
            copy.plugins = plugins.copy();
            copy.resolver = resolver;
            copy.hooks.putAll(hooks);
            copy.hooksOfAll.addAll(hooksOfAll);
            copy.transports = EnumSet.copyOf(transports);
            return copy;
        }
    }

    /** A route and who said it. */
    record Said(RouteBuilder route, String source) {}

    /** Reads this TOML file at {@link #start}, and again at every reload. */
    public RefractiumBuilder config(Path file) {
        request.file = Optional.of(file);
        return this;
    }

    /** What problems with the values said from now on are reported as coming from, such as a flag's name. */
    public RefractiumBuilder source(String source) {
        this.source = source;
        return this;
    }

    /** Serves these transports alone. */
    public RefractiumBuilder transports(Transport first, Transport... more) {
        request.transports = EnumSet.of(first, more);
        return this;
    }

    /** Looks names up by another resolver than the system's; for tests. */
    RefractiumBuilder resolver(Names.Resolver resolver) {
        request.resolver = resolver;
        return this;
    }

    /** Says which JARs of that directory are loaded and what they are told, as {@code p -> p.allow("refractium-ssh")}. */
    public RefractiumBuilder plugins(Consumer<PluginsBuilder> plugins) {
        plugins.accept(request.plugins);
        return this;
    }

    /** The plugin directory where neither this nor the file names one: the installation's own. */
    public RefractiumBuilder defaultPlugins(Path directory) {
        request.defaultPlugins = Optional.of(directory.toAbsolutePath());
        return this;
    }

    /** Adds a protocol that is part of this program, beside those of the plugins. */
    public RefractiumBuilder protocol(Protocol protocol) {
        request.protocols.add(protocol);
        return this;
    }

    /** Has all sessions watched by hooks that plugins bring or the file configures, beside those of key {@code hooks}. */
    public RefractiumBuilder hooks(String... names) {
        request.hooksOfAll.addAll(List.of(names));
        return this;
    }

    /**
     * Has all sessions watched by a hook that is part of this program.
     *
     * @param name what messages call it; tables of the file may use it too, as {@code [hooks.OTHER] hook = "NAME"}
     */
    public RefractiumBuilder hook(String name, Hook hook) {
        request.hooks.put(name, hook);
        return hooks(name);
    }

    /** Has all sessions watched by what {@code open} gives, as {@code session -> end -> log(session, end)}; null: by nobody. */
    public RefractiumBuilder hook(String name, Function<Session, @Nullable Tap> open) {
        return hook(name, new OpeningHook(name, open));
    }

    /**
     * Adds a route of the protocol {@code name}; such routes take the place of the file's of that name.
     *
     * @param route fills it in, as {@code r -> r.to("127.0.0.1:80")}
     */
    public RefractiumBuilder route(String name, UnaryOperator<RouteBuilder> route) {
        RouteBuilder said = route.apply(new RouteBuilder(name));
        request.routes.add(new Said(said, source));
        request.hooks.putAll(said.ownHooks());
        return this;
    }

    /**
     * Says what this comes to, and listens nowhere. What the machine decides, such as its limits of descriptors and
     * memory, is a warning of the plan here, and refuses the start.
     *
     * @throws ConfigException with everything that is wrong
     * @throws StartException if the file or a directory cannot be read
     */
    public Plan check() throws ConfigException, StartException, InterruptedException {
        try (Preparation prepared = new Preparation(request);
                Draft draft = prepared.draft()) {
            return draft.plan();
        }
    }

    /**
     * Says what becomes of each JAR of the plugin directory. Neither routes nor fallbacks need to be there.
     *
     * @throws ConfigException if the file is wrong
     * @throws StartException if the file or a directory cannot be read
     */
    public PluginListing listPlugins() throws ConfigException, StartException {
        try (Preparation prepared = new Preparation(request);
                Draft draft = prepared.draft()) {
            return new PluginListing(request.file, draft.pluginsDirectory(), PluginReport.of(draft.scan()));
        }
    }

    /**
     * Gets ready to say what bytes are and where they would be routed; listens nowhere. Without a file and without
     * routes every protocol there is is asked, and there is no routing.
     *
     * @return to be closed by the caller
     * @throws ConfigException with everything that is wrong
     * @throws StartException if the file or a directory cannot be read
     */
    public Identifying identify() throws ConfigException, StartException, InterruptedException {
        Preparation prepared = new Preparation(request.copy());
        try {
            Draft draft = prepared.draft();
            try {
                return new Identifying(prepared, draft);
            } catch (ConfigException | StartException | InterruptedException | RuntimeException | Error e) {
                draft.close();
                throw e;
            }
        } catch (ConfigException | StartException | InterruptedException | RuntimeException | Error e) {
            prepared.close();
            throw e;
        }
    }

    /**
     * Starts the server; when this returns, it listens.
     *
     * @throws ConfigException with everything that is wrong
     * @throws StartException if the file cannot be read, or the address cannot be bound
     */
    public Refractium start() throws ConfigException, StartException, InterruptedException {
        return Refractium.start(request.copy());
    }

    @Override
    RefractiumBuilder set(String key, Object value) {
        request.values.put(key, value);
        request.sources.put(key, source);
        return this;
    }
}
