package dev.refractium.server.generation;

import dev.refractium.api.Hook;
import dev.refractium.server.config.GivenSettings;
import dev.refractium.server.config.HookConfig;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.SecretFiles;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginCall;
import dev.refractium.server.plugin.PluginCallException;
import dev.refractium.server.plugin.PluginCaller;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.text.Escape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the code of hooks while a generation is made, with a deadline.
 *
 * @param plugins the plugins that may have brought the hooks
 * @param secrets reads the files of secrets
 */
record HookCalls(PluginCalls calls, List<LoadedPlugin> plugins, SecretFiles secrets) {
    private static final int LONGEST = 1024;

    HookCalls {
        plugins = List.copyOf(plugins);
    }

    /**
     * The result of configuring a hook.
     *
     * @param hook empty only if there are problems
     * @param secrets those that it read, by their keys
     */
    record Configured(Optional<Hook> hook, List<Problem> problems, Map<String, String> secrets) {}

    /** Has {@code plain} read the table {@code [hooks.NAME]}. */
    Configured configured(String name, Hook plain, HookConfig config) {
        GivenSettings settings = config.given(secrets);
        try {
            return calls.run(caller(name, plain), call -> configure(call, name, plain, settings));
        } catch (PluginCallException e) {
            // The hook may still be reading the settings, so they are not asked for problems.
            return new Configured(
                    Optional.empty(), List.of(config.origin().problem(words(name, e.reason()))), Map.of());
        }
    }

    /** Starts a configured hook. */
    LiveHook start(String name, Hook hook, long memory) throws PluginCallException {
        return calls.run(caller(name, hook), new Start(name, hook, memory));
    }

    static String words(String name, String reason) {
        return "hook \"" + name + "\": " + Escape.text(reason, LONGEST);
    }

    private static Configured configure(PluginCall call, String name, Hook plain, GivenSettings settings) {
        call.uses(plain.getClass().getClassLoader());
        call.now("hook " + name + " configured()");
        Problems problems = new Problems();
        Optional<Hook> hook = Optional.empty();
        try {
            hook = Optional.ofNullable(plain.configured(settings));
            if (hook.isEmpty()) {
                problems.add(settings.problem(words(name, "configured() gives null")));
            }
        } catch (Throwable thrown) {
            problems.add(settings.problem(words(name, "configured() threw " + thrown)));
        }
        problems.addAll(settings.problems());
        return new Configured(problems.isEmpty() ? hook : Optional.empty(), problems.all(), settings.secrets());
    }

    private PluginCaller caller(String name, Hook hook) {
        return PluginCaller.of(hook, name, plugins);
    }

    private record Start(String name, Hook hook, long memory) implements PluginCalls.Task<LiveHook> {
        @Override
        public LiveHook run(PluginCall call) throws PluginCallException {
            call.uses(hook.getClass().getClassLoader());
            call.now("hook " + name + " bytes(), firstBytes(), attributes(), overflow(), refusals(), descriptors()");
            try {
                return LiveHook.start(name, hook, memory);
            } catch (IllegalArgumentException e) {
                throw new PluginCallException(String.valueOf(e.getMessage()));
            }
        }

        @Override
        public void undo(PluginCall call, LiveHook late) {
            late.close(Duration.ZERO);
        }
    }
}
