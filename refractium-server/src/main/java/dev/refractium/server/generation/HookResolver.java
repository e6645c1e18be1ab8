package dev.refractium.server.generation;

import dev.refractium.api.Hook;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.HookConfig;
import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problems;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.plugin.PluginCallException;
import dev.refractium.server.plugin.Shared;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Creates the hooks that routes name, each once and with its settings, and reports problems with them. One use, one
 * thread.
 */
final class HookResolver {
    private static final Shared.Life<LiveHook> LIFE = new Shared.Life<>() {
        @Override
        public boolean isOver(LiveHook live) {
            return live.isEjected();
        }

        @Override
        public CompletableFuture<Void> close(LiveHook live, Duration grace) {
            return live.close(grace);
        }
    };

    private final Config config;
    private final InstalledHooks installed;
    private final List<Shared<LiveHook>> before;
    private final Problems problems;
    private final HookCalls calls;
    private final Map<String, Shared<LiveHook>> made = new LinkedHashMap<>();
    private final Set<String> refused = new LinkedHashSet<>();

    /**
     * @param before the hooks of the generation that the new one replaces
     */
    HookResolver(
            Config config,
            InstalledHooks installed,
            List<Shared<LiveHook>> before,
            Problems problems,
            HookCalls calls) {
        this.config = config;
        this.installed = installed;
        this.before = before;
        this.problems = problems;
        this.calls = calls;
    }

    /** Checks the tables that no route names too: they may be there for later use. */
    void judgeIdle() {
        config.hooks().forEach((name, hook) -> {
            if (!made.containsKey(name) && !refused.contains(name)) {
                configured(name, hook);
            }
        });
    }

    /** Returns the hooks of a route that names these at {@code origin}, and those of the server. */
    List<LiveHook> of(List<String> names, Origin origin) {
        Map<String, Origin> all = new LinkedHashMap<>();
        config.server()
                .listener()
                .hooks()
                .forEach(name -> all.put(name, config.server().origin()));
        names.forEach(name -> all.putIfAbsent(name, origin));
        List<LiveHook> hooks = new ArrayList<>();
        all.forEach((name, said) -> {
            Shared<LiveHook> hook = find(name, said);
            if (hook != null) {
                hooks.add(hook.live());
            }
        });
        return hooks;
    }

    /** Returns all hooks that were made or shared; the generation closes them. */
    List<Shared<LiveHook>> all() {
        return List.copyOf(made.values());
    }

    private @Nullable Shared<LiveHook> find(String name, Origin said) {
        Shared<LiveHook> known = made.get(name);
        if (known != null || !refused.add(name)) {
            return known;
        }
        HookConfig own = config.hooks().get(name);
        HookConfig hook = own == null ? HookConfig.unsaid(name, said.at("hooks")) : own;
        HookCalls.Configured configured = configured(name, hook);
        if (configured == null || configured.hook().isEmpty()) {
            return null;
        }
        Shared<LiveHook> shared = share(name, hook, configured.hook().get(), configured.secrets());
        if (shared != null) {
            refused.remove(name);
            made.put(name, shared);
        }
        return shared;
    }

    /** Returns the hook that a table describes; null if there is no such hook. */
    private HookCalls.@Nullable Configured configured(String name, HookConfig config) {
        Hook plain = installed.byName().get(config.hook());
        if (plain == null) {
            problems.add(config.origin().problem("hook", unknown(config.hook())));
            return null;
        }
        HookCalls.Configured configured = calls.configured(name, plain, config);
        problems.addAll(configured.problems());
        return configured;
    }

    private @Nullable Shared<LiveHook> share(
            String name, HookConfig config, Hook configured, Map<String, String> secrets) {
        Map<String, Object> settings = new HashMap<>(config.settings().values());
        settings.putAll(secrets);
        settings.put("memory", config.memory().bytes());
        Shared.Recipe recipe =
                new Shared.Recipe(name, installed.byName().getOrDefault(config.hook(), configured), settings);
        Optional<Shared<LiveHook>> earlier = Shared.among(before, recipe);
        if (earlier.isPresent()) {
            return earlier.get();
        }
        try {
            return new Shared<>(
                    recipe, calls.start(name, configured, config.memory().bytes()), LIFE);
        } catch (PluginCallException e) {
            problems.add(config.origin().problem(HookCalls.words(name, e.reason())));
            return null;
        }
    }

    private String unknown(String hook) {
        Set<String> known = new TreeSet<>(installed.byName().keySet());
        known.addAll(config.hooks().keySet());
        String phrase = known.isEmpty() ? "no plugin brings any" : Suggestion.phrase(hook, known);
        String install = InstallHint.of(installed.directory());
        boolean isClose = Suggestion.closest(hook, known).isPresent();
        return "no hook is called " + Escape.quoted(hook)
                + (isClose ? "; " + phrase + install : install + "; " + phrase);
    }
}
