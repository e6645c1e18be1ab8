package dev.refractium.server.reload;

import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.InvalidValueException;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.PoolConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.ReadRoutes;
import dev.refractium.server.config.RouteConfig;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.config.Variables;
import dev.refractium.server.engine.EnvironmentException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Combines the file with the values that code and flags set. One use, one thread. */
final class EffectiveConfig {
    private static final Logger log = LoggerFactory.getLogger(EffectiveConfig.class);

    private final ServerRequest request;
    private final Problems problems;
    private final ConfigReader.Reading reading;
    private Map<Path, byte[]> included = Map.of();
    private boolean whole = true;

    /**
     * @param routes those that the server has read before
     * @param problems where to add what is wrong
     */
    EffectiveConfig(ServerRequest request, ReadRoutes routes, Problems problems) {
        this.request = request;
        this.problems = problems;
        this.reading = new ConfigReader.Reading(new Variables(request.files().environment()), routes);
        problems.hide(variables());
    }

    /**
     * Returns the parts of the configuration that are valid.
     *
     * @throws ConfigException if the main file is not TOML: then nothing else in it can be trusted
     */
    Config assemble() throws ConfigException, EnvironmentException {
        Config said = new Config(ServerConfig.defaults(), List.of());
        if (request.files().hasConfig()) {
            said = read();
        }
        Config config = request.overlay()
                .plugins()
                .over(
                        said.with(
                                override(said.server()),
                                listeners(said.listeners()),
                                routes(said.routes()),
                                pools(said.pools())),
                        problems);
        if (whole) {
            problems.addAll(config.problems());
        }
        return config;
    }

    /** Returns the bytes of each file that was included. */
    Map<Path, byte[]> included() {
        return included;
    }

    /** Returns whether every included file was read; what the others define would seem to be missing. */
    boolean isWhole() {
        return whole;
    }

    /** Returns the variables of the environment, whose values no message may show. */
    Variables variables() {
        return reading.variables();
    }

    private Config read() throws ConfigException, EnvironmentException {
        ServerRequest.Files files = request.files();
        Optional<Problem> planted = Optional.empty();
        ConfigReader.Parsed main;
        if (files.given().isPresent()) {
            ServerRequest.GivenConfig given = files.given().get();
            main = ConfigReader.parse(given.toml(), given.name(), files.directory(), reading);
        } else {
            ConfigFile read = ConfigFile.read(files.config().orElseThrow(), files.trusted(), reading);
            planted = read.planted();
            main = read.parsed();
        }
        planted.ifPresent(problems::add);
        if (!main.legible()) {
            problems.addAll(main.unreadable());
            throw new ConfigException(problems.all());
        }
        // What another user may have written does not make the server read files.
        boolean alone = planted.isPresent() || main.config().inputs().includes().isEmpty();
        ConfigReader.Parsed all = alone ? main : withIncluded(main);
        reading.routes().end();
        return obeyed(all);
    }

    private ConfigReader.Parsed withIncluded(ConfigReader.Parsed main) {
        ServerRequest.Files files = request.files();
        IncludedFiles reader = new IncludedFiles(files.config(), files.directory(), files.trusted(), reading, problems);
        main.config().inputs().includes().forEach(reader::read);
        included = reader.contents();
        whole = reader.isWhole();
        return main.with(reader.parsed());
    }

    private Config obeyed(ConfigReader.Parsed parsed) {
        whole &= parsed.legible();
        problems.addAll(parsed.unreadable());
        parsed.warnings().forEach(warning -> log.warn("deprecated key {}", warning));
        return parsed.config();
    }

    private ServerConfig override(ServerConfig server) {
        Map<String, String> places = new HashMap<>(server.origin().places());
        places.putAll(request.overlay().sources());
        Origin origin = new Origin(server.origin().source(), server.origin().path(), places);
        Map<String, Object> values = new LinkedHashMap<>(request.overlay().values());
        if (!request.overlay().hooks().isEmpty()) {
            Set<String> hooks = new LinkedHashSet<>(server.listener().hooks());
            hooks.addAll(request.overlay().hooks());
            values.put("hooks", List.copyOf(hooks));
        }
        while (true) {
            try {
                // Set all values at once: whether two values fit each other must not depend on their order.
                return server.with(values, origin);
            } catch (InvalidValueException e) {
                problems.add(origin.problem(e.key(), e.detail()));
                if (values.remove(e.key()) == null) {
                    return server;
                }
            }
        }
    }

    /** Returns the listeners; one that code set takes the place of the file's of its name. */
    private List<ListenerConfig> listeners(List<ListenerConfig> fromFile) {
        Map<String, ListenerConfig> byName = new LinkedHashMap<>();
        List<ListenerConfig> all = new ArrayList<>();
        for (ServerRequest.Requested<ListenerConfig> said :
                request.overlay().tables().listeners()) {
            said.get(problems).ifPresent(listener -> byName.put(listener.name(), listener));
        }
        fromFile.stream()
                .filter(listener -> !byName.containsKey(listener.name()))
                .forEach(all::add);
        all.addAll(byName.values());
        return all;
    }

    private Map<String, PoolConfig> pools(Map<String, PoolConfig> fromFile) {
        Map<String, PoolConfig> all = new HashMap<>(fromFile);
        request.overlay()
                .tables()
                .pools()
                .forEach((name, said) -> said.get(problems).ifPresent(pool -> all.put(name, pool)));
        return all;
    }

    private List<RouteConfig> routes(List<RouteConfig> fromFile) {
        List<RouteConfig> given = new ArrayList<>();
        for (ServerRequest.Requested<RouteConfig> said :
                request.overlay().tables().routes()) {
            said.get(problems).ifPresent(given::add);
        }
        Map<String, RouteConfig> byName = new HashMap<>();
        given.forEach(route -> byName.putIfAbsent(route.name(), route));
        List<RouteConfig> routes = new ArrayList<>();
        for (RouteConfig route : fromFile) {
            RouteConfig replacing = byName.get(route.name());
            if (replacing == null) {
                routes.add(route);
            } else {
                log.info(
                        "route replaced name={} of={} by=\"{}\"",
                        route.name(),
                        route.origin().source(),
                        replacing.origin().source());
            }
        }
        routes.addAll(given);
        return routes;
    }
}
