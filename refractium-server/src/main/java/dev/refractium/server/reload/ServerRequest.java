package dev.refractium.server.reload;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.InvalidValueException;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.PoolConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.net.NameResolver;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The settings of a builder. A server reads its own again at every reload. Immutable.
 *
 * @param overlay values that code set, which take precedence over the file
 * @param parts protocols and hooks of the program itself
 * @param resolver looks names up in place of what the configuration says
 * @param transports the transports that are served
 */
public record ServerRequest(
        Files files,
        Overlay overlay,
        Parts parts,
        Optional<NameResolver.Resolver> resolver,
        Set<Transport> transports) {
    public ServerRequest {
        transports = Collections.unmodifiableSet(EnumSet.copyOf(transports)); // In their order, as views print them.
    }

    /**
     * The files to read.
     *
     * @param config the configuration file
     * @param given a configuration in place of a file, which each reload uses again
     * @param defaultPlugins the plugin directory if the configuration names none
     * @param trusted directories in which the configuration may be writable by others
     * @param environment name to value of the variables that the configuration may use
     */
    public record Files(
            Optional<Path> config,
            Optional<GivenConfig> given,
            Optional<Path> defaultPlugins,
            Set<Path> trusted,
            Map<String, String> environment) {
        public Files {
            trusted = Set.copyOf(trusted);
            environment = Map.copyOf(environment);
        }

        /** Returns whether there is a configuration. */
        public boolean hasConfig() {
            return config.isPresent() || given.isPresent();
        }

        /** Returns the configuration as views name it: an absolute path, or what the text was given as. */
        public Optional<String> configName() {
            return config.map(file -> file.toAbsolutePath().normalize().toString())
                    .or(() -> given.map(text -> text.name() + ", read once"));
        }

        /** Returns where relative paths of the configuration start. */
        Path directory() {
            Path file = config.orElse(Path.of("refractium.toml")).toAbsolutePath();
            return Objects.requireNonNullElse(file.getParent(), file);
        }
    }

    /**
     * A configuration that is no file.
     *
     * @param name by which messages call it
     * @param toml its bytes, not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record GivenConfig(String name, byte[] toml) {}

    /**
     * Configuration that code set.
     *
     * @param values key to value, of the table {@code [server]}
     * @param sources key to what set it, for messages
     * @param hooks names to add to the key {@code hooks}
     * @param plugins sets the keys of {@code [plugins]} and the plugins' settings
     */
    public record Overlay(
            Map<String, Object> values,
            Map<String, String> sources,
            Set<String> hooks,
            Tables tables,
            PluginsOverlay plugins) {
        public Overlay {
            values = new LinkedHashMap<>(values);
            sources = Map.copyOf(sources);
            hooks = new LinkedHashSet<>(hooks);
        }
    }

    /** Tables that code set, in their order. */
    public record Tables(
            List<Requested<ListenerConfig>> listeners,
            List<Requested<RouteConfig>> routes,
            Map<String, Requested<PoolConfig>> pools) {
        public Tables {
            listeners = List.copyOf(listeners);
            routes = List.copyOf(routes);
            pools = new LinkedHashMap<>(pools);
        }
    }

    /**
     * A table that code set.
     *
     * @param source what set it, for messages
     * @param table throws {@link InvalidValueException} if it is not valid
     */
    public record Requested<T>(String source, Supplier<T> table) {
        /** Returns the table; empty if it is not valid, which is added to {@code problems}. */
        Optional<T> get(Problems problems) {
            try {
                return Optional.of(table.get());
            } catch (InvalidValueException e) {
                problems.add(new Problem(source, e.key(), e.detail()));
                return Optional.empty();
            }
        }
    }

    /** The plugin settings that code set. */
    public interface PluginsOverlay {
        /** Returns {@code file} with the values that code set, and adds what is wrong to {@code problems}. */
        Config over(Config file, Problems problems);
    }

    /** Protocols and hooks that are part of the program. */
    public record Parts(List<Protocol> protocols, Map<String, Hook> hooks) {
        public Parts {
            protocols = List.copyOf(protocols);
            hooks = Map.copyOf(hooks);
        }
    }
}
