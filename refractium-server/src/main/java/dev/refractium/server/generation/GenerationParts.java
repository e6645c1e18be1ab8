package dev.refractium.server.generation;

import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.hook.Refusals;
import dev.refractium.server.plugin.PluginCaller;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.Shared;
import dev.refractium.server.upstream.HealthRules;
import dev.refractium.server.upstream.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a generation closes when it is over: first its hooks, then its plugins; and what their code does until then.
 *
 * @param plugins the plugins of the protocols in its tables
 * @param hooks the hooks of its routes' sessions
 * @param refusals those hooks that ask for sessions without a route
 * @param calls runs their code
 * @param health how the sources of its pools are probed, by code of its plugins
 */
record GenerationParts(
        PluginScan plugins,
        List<Shared<LiveHook>> hooks,
        Refusals refusals,
        PluginCalls calls,
        Map<Source, HealthRules> health) {
    private static final Logger log = LoggerFactory.getLogger(GenerationParts.class);

    /** The time that hooks get to process the events that wait for their taps. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * The longest wait for hooks in total: threads that block are interrupted, and those that still run after that are
     * abandoned.
     */
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(5);

    GenerationParts {
        hooks = List.copyOf(hooks);
        health = Map.copyOf(health);
    }

    /** Closes the parts of several generations, and waits for their hooks together. */
    static void closeAll(List<GenerationParts> over) {
        closeHooks(over);
        over.forEach(parts -> parts.plugins().close());
    }

    /** Closes the hooks of these generations, and waits some seconds for slow ones. */
    static void closeHooks(List<GenerationParts> over) {
        List<Ending> ending = new ArrayList<>();
        for (GenerationParts parts : over) {
            for (Shared<?> hook : parts.hooks()) {
                ending.add(new Ending(parts, hook, hook.close(GRACE)));
            }
        }
        ending.stream().filter(one -> one.closed().isCompletedExceptionally()).forEach(Ending::tryLater);
        try {
            CompletableFuture.allOf(ending.stream().map(Ending::closed).toArray(CompletableFuture<?>[]::new))
                    .get(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            ending.stream().filter(one -> !one.closed().isDone()).forEach(Ending::leave);
        } catch (ExecutionException e) {
            log.debug("a hook found no thread to close by", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A hook that is being closed. */
    private record Ending(GenerationParts parts, Shared<?> hook, CompletableFuture<Void> closed) {
        /** The close found no thread. */
        void tryLater() {
            log.warn("hook close postponed name={} reason=\"no thread available\"", hook);
            parts.calls().tryLater(() -> !hook.closeAgain(GRACE).isCompletedExceptionally());
        }

        void leave() {
            log.warn("hook close abandoned name={}", hook);
            PluginCaller caller = PluginCaller.of(
                    hook.brought(), hook.toString(), parts.plugins().accepted());
            parts.calls().leftAlone(caller, "hook " + hook + " close()", closed);
        }
    }
}
