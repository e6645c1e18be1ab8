package dev.refractium.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Puts the files that a configuration includes together with its main file. One use, one thread. */
final class MergedFiles {
    private final ConfigReader.Parsed main;
    private final List<ConfigReader.Parsed> included;
    private final Problems problems = new Problems();

    MergedFiles(ConfigReader.Parsed main, List<ConfigReader.Parsed> included) {
        this.main = main;
        this.included = included;
    }

    /** Returns all of them as one; names that several files have are problems of the later ones. */
    ConfigReader.Parsed merged() {
        List<RouteConfig> routes = new ArrayList<>(main.config().routes());
        Map<String, PoolConfig> pools = new HashMap<>(main.config().pools());
        Map<String, HookConfig> hooks = new HashMap<>(main.config().hooks());
        List<Problem> warnings = new ArrayList<>(main.warnings());
        problems.addAll(main.unreadable());
        for (ConfigReader.Parsed file : included) {
            Config config = file.config();
            routes.addAll(config.routes());
            add(pools, config.pools(), PoolConfig::origin);
            add(hooks, config.hooks(), HookConfig::origin);
            warnings.addAll(file.warnings());
            problems.addAll(file.unreadable());
        }
        ConfigInputs inputs = new ConfigInputs(
                main.config().inputs().includes(), main.variables().used());
        boolean legible = main.legible() && included.stream().allMatch(ConfigReader.Parsed::legible);
        Config whole = main.config().with(routes, pools, hooks, inputs);
        return new ConfigReader.Parsed(whole, problems.all(), warnings, legible, main.variables());
    }

    private <T> void add(Map<String, T> all, Map<String, T> more, Function<T, Origin> origin) {
        more.forEach((name, table) -> {
            T other = all.putIfAbsent(name, table);
            if (other != null) {
                Origin here = origin.apply(table);
                problems.add(new Problem(
                        here.source(),
                        here.path(),
                        "is also in " + origin.apply(other).source() + "; give one of them another name"));
            }
        });
    }
}
