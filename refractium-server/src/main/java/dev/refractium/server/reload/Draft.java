package dev.refractium.server.reload;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import dev.refractium.server.config.AdminConfig;
import dev.refractium.server.config.AdminToken;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Include;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.generation.Capacity;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.PluginSettings;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.net.DescriptorLimit;
import dev.refractium.server.plugin.PluginDirectory;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.RefusedJar;
import dev.refractium.server.plugin.RunningPlugins;
import dev.refractium.server.report.Plan;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FilePattern;
import dev.refractium.server.text.Networks;
import dev.refractium.server.watch.Contents;
import dev.refractium.server.watch.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A generation in the making: the configuration on disk, the plugins, and the generation made of both. Whole, or not at
 * all: a caller that does not serve the result closes it. One use, one thread.
 */
public final class Draft implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Draft.class);

    private final ServerRequest request;
    private final ServerResources prepared;
    private final Optional<Before> before;
    private final RunningPlugins running;
    private final Problems problems = new Problems();

    /** Problems that depend on this machine. */
    private final Problems unfit = new Problems();

    /** What can be served, and may not be meant. */
    private List<Problem> warnings = List.of();

    private final JudgedSecrets secrets;
    private final EffectiveConfig effective;
    private final Config config;
    private PluginScan plugins = PluginScan.NONE;
    private List<Protocol> configured = List.of();
    private Optional<Generation> made = Optional.empty();

    /**
     * What is served now.
     *
     * @param ports a port of each listener, by the listener's name
     */
    public record Before(Generation generation, Map<String, Integer> ports) {}

    /** Reads the configuration of a server that does not run. */
    public Draft(ServerRequest request, ServerResources prepared) throws ConfigException, EnvironmentException {
        this(request, prepared, Optional.empty(), RunningPlugins.NONE);
    }

    /**
     * Reads the configuration.
     *
     * @param before what is served now
     * @param running plugins that may be shared
     * @throws ConfigException if the main file is not TOML
     */
    public Draft(ServerRequest request, ServerResources prepared, Optional<Before> before, RunningPlugins running)
            throws ConfigException, EnvironmentException {
        this.request = request;
        this.prepared = prepared;
        this.before = before;
        this.running = running;
        this.secrets = new JudgedSecrets(request.files().trusted());
        this.effective = new EffectiveConfig(request, prepared.readRoutes(), problems);
        this.config = withToken(effective.assemble());
        unfit.hide(effective.variables());
    }

    public Config config() {
        return config;
    }

    public Optional<Path> pluginsDirectory() {
        return config.server()
                .process()
                .directories()
                .plugins()
                .or(() -> request.files().defaultPlugins());
    }

    /**
     * Makes the generation.
     *
     * @throws ConfigException with all problems
     */
    public Generation generation() throws ConfigException, EnvironmentException, InterruptedException {
        Generation generation = make();
        problems.addAll(unfit.all());
        problems.refuse();
        warnings.forEach(warning -> log.warn("configuration questionable {}", warning));
        return generation;
    }

    /**
     * Makes the generation and returns its plan, with warnings of what this machine cannot serve and of likely mistakes.
     *
     * @throws ConfigException with all problems that do not depend on the machine
     */
    public Plan plan() throws ConfigException, EnvironmentException, InterruptedException {
        Generation generation = make();
        problems.refuse();
        Stream<String> here = unfit.all().stream().map(problem -> "cannot be served on this machine: " + problem);
        List<String> all =
                Stream.concat(here, warnings.stream().map(Problem::toString)).toList();
        return Plans.of(generation, request, all);
    }

    private Generation make() throws ConfigException, EnvironmentException, InterruptedException {
        requireWhole();
        loadPlugins();
        reportRefused();
        prepared.draftNames(config.server());
        GenerationBuilder builder = new GenerationBuilder(config, protocols(), prepared.backends())
                .listeners(listeners())
                .plugins(pluginsDirectory(), plugins)
                .calls(prepared.calls())
                .hooks(hooks())
                .secrets(secrets)
                .sending(sentFiles())
                .prefixes(prefixes())
                .maps(new MapFiles(request.files().directory(), request.files().trusted(), problems));
        before.ifPresent(served -> builder.after(served.generation()));
        GenerationBuilder.Built built = builder.build();
        problems.addAll(built.problems());
        warnings = effective.variables().hidden(built.warnings());
        made = Optional.of(built.generation());
        Generation generation = built.generation().with(capacity(built.generation()));
        made = Optional.of(generation);
        return generation;
    }

    /**
     * Returns the files that the configuration names, to be followed: what it includes, prefixes, maps, what checks
     * send, and the secrets that plugins have asked for so far.
     */
    public Sources named() {
        Set<Path> files = new HashSet<>(secrets.hashes().keySet());
        Stream.of(config.prefixFiles().keySet(), config.sentFiles().keySet(), config.mapFiles())
                .flatMap(Set::stream)
                .map(request.files().directory()::resolve)
                .forEach(files::add);
        Set<FilePattern> patterns =
                config.inputs().includes().stream().map(Include::files).collect(Collectors.toSet());
        return new Sources(Optional.empty(), Optional.empty(), files, patterns);
    }

    /** Returns {@code files} with what was read of the included files and the secrets. Call it when all is made. */
    public Contents asRead(Contents files) {
        return files.asRead(effective.included(), secrets.hashes());
    }

    /** Returns the configuration with the token of the page, if it names a file that has one. */
    private Config withToken(Config read) {
        Optional<AdminConfig> admin = read.admin();
        Optional<Path> file = admin.flatMap(keys -> keys.page().tokenFile());
        if (file.isEmpty()) {
            return read;
        }
        Path whole =
                request.files().directory().resolve(file.get()).toAbsolutePath().normalize();
        try {
            return read.with(new AdminToken(secrets.read(whole)));
        } catch (IOException | IllegalArgumentException e) {
            problems.add(
                    admin.get().origin().problem("token_file", Escape.text(whole.toString()) + " " + e.getMessage()));
            return read;
        }
    }

    private Map<Path, byte[]> sentFiles() {
        SentFiles files =
                new SentFiles(request.files().directory(), request.files().trusted(), problems);
        config.sentFiles().forEach(files::read);
        return files.contents();
    }

    private Map<Path, Networks> prefixes() {
        PrefixFiles files =
                new PrefixFiles(request.files().directory(), request.files().trusted(), problems);
        config.prefixFiles().forEach(files::read);
        return files.networks();
    }

    private Capacity capacity(Generation generation) {
        MachineChecks checks = new MachineChecks(config.server(), problems, unfit);
        OptionalInt limit = DescriptorLimit.hard();
        DescriptorSum sum = DescriptorSum.of(generation, request.transports(), prepared.ownDescriptors());
        int connections = checks.maxConnections(
                sum, limit, before.map(served -> served.generation().capacity().connections()));
        checks.threads();
        checks.epoll();
        checks.sources(config.routes());
        checks.memory();
        ListeningChecks listening =
                new ListeningChecks(config.server(), request.files().trusted(), problems, unfit);
        listening.options(generation.listeners());
        ListenerConflicts.find(generation.listeners()).forEach(unfit::add);
        listening.control();
        listening.unixSockets(config.listeners());
        checks.servesAnything(generation, request.transports());
        return new Capacity(connections, sum.text(connections) + (limit.isPresent() ? " of " + limit.getAsInt() : ""));
    }

    /**
     * Loads the plugins, whether or not a route needs them.
     *
     * @throws EnvironmentException if the directory itself cannot be used
     */
    public PluginScan scan() throws ConfigException, EnvironmentException {
        problems.refuse();
        loadPlugins();
        for (RefusedJar refused : plugins.refused()) {
            if (pluginsDirectory().filter(refused.file()::equals).isPresent()) {
                throw new EnvironmentException(refused.toString(), null);
            }
        }
        return plugins;
    }

    /** Returns every installed protocol, whether or not a route names it. */
    public List<Protocol> installed() throws ConfigException, EnvironmentException {
        requireWhole();
        loadPlugins();
        reportRefused();
        protocols();
        problems.refuse();
        return all();
    }

    @Override
    public void close() {
        made.ifPresentOrElse(Generation::close, plugins::close);
    }

    /** Refuses a configuration that lacks files: what they define would seem to be missing. */
    private void requireWhole() throws ConfigException {
        if (!effective.isWhole()) {
            problems.refuse();
        }
    }

    private void loadPlugins() throws EnvironmentException {
        prepared.calls().deadline(config.plugins().callTimeout());
        if (pluginsDirectory().isPresent()) {
            plugins = PluginDirectory.load(
                    pluginsDirectory().get(),
                    prepared.state(),
                    PluginSettings.rules(config),
                    running,
                    prepared.calls());
        }
        configured = PluginSettings.apply(config, plugins, secrets, problems);
    }

    private void reportRefused() {
        for (RefusedJar jar : plugins.refused()) {
            if (!jar.leftOut()) {
                log.warn("plugin refused file={} reason={}", jar.file().getFileName(), Escape.quoted(jar.reason()));
            }
        }
        leftOut().ifPresent(files -> log.info("plugins left out, not in allow of [plugins] files=\"{}\"", files));
    }

    /** Returns the names of the JARs that {@code allow} leaves out. */
    private Optional<String> leftOut() {
        return plugins.refused().stream()
                .filter(RefusedJar::leftOut)
                .map(jar -> Escape.text(String.valueOf(jar.file().getFileName())))
                .reduce((one, other) -> one + ", " + other);
    }

    /** Returns reasons why a protocol may be missing. */
    private List<String> missing() {
        Optional<String> refused = plugins.refused().stream()
                .filter(jar -> !jar.leftOut())
                .map(jar -> Escape.text(jar.file().getFileName() + " (" + jar.reason() + ")"))
                .reduce((one, other) -> one + ", " + other);
        return Stream.concat(
                        refused.stream().map(jars -> "refused: " + jars),
                        leftOut().stream().map(jars -> "not in allow of [plugins]: " + jars))
                .toList();
    }

    private List<ListenerSpec> listeners() throws EnvironmentException {
        Map<String, Integer> ports = before.map(Before::ports).orElse(Map.of());
        return new ListenerAddresses(request.transports(), ports).of(config);
    }

    private List<Protocol> all() {
        List<Protocol> all = new ArrayList<>(request.parts().protocols());
        all.addAll(configured);
        return all;
    }

    /** Returns all hooks by name. Hooks of this program take precedence over those of plugins. */
    private Map<String, Hook> hooks() {
        Map<String, Hook> hooks = new HashMap<>();
        plugins.accepted().forEach(plugin -> hooks.putAll(plugin.hooks()));
        hooks.putAll(request.parts().hooks());
        return hooks;
    }

    private Protocols protocols() {
        try {
            return new Protocols(all(), missing());
        } catch (IllegalArgumentException e) {
            problems.add(new Problem("builder", "protocol", e.getMessage() + "; give one of them another name"));
            return new Protocols(List.of(), missing());
        }
    }
}
