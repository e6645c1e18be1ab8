package dev.refractium.server.plugin;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import dev.refractium.api.Settings;
import java.lang.ref.PhantomReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that runs, from its own copy of its JAR, until it is closed.
 *
 * <p>What it declares can be read from any thread and stays readable. A reference to its extensions keeps its classes
 * in memory: once the plugin is closed and no reference is left, the classes can be collected.
 */
public final class LoadedPlugin implements AutoCloseable {
    private final StagedJar jar;
    private final JarFacts facts;
    private final PluginManifest manifest;
    private final PhantomReference<ClassLoader> loader;
    private final IdentifyStats answers;
    private final PluginCalls calls;

    /** Both written by the thread that closes, under this object's monitor, and read by any. */
    private volatile @Nullable OneJar loaded;

    private volatile Extensions extensions;

    /** The number of its users: the generations that share it. Guarded by this object's monitor. */
    private int holders = 1;

    private LoadedPlugin(StagedJar jar, JarFacts facts, OneJar loaded, Extensions extensions, PluginCalls calls) {
        this.jar = jar;
        this.facts = facts;
        this.manifest = facts.manifest();
        this.calls = calls;
        this.loader = loaded.watched();
        this.loaded = loaded;
        this.extensions = extensions;
        this.answers = extensions.answers();
    }

    /** Runs the plugin's code for the first time. If that fails, only the copy is left behind. */
    static LoadedPlugin start(StagedJar jar, JarFacts facts, PluginCalls calls) throws Refused {
        try {
            return calls.run(PluginCaller.of(jar, facts.manifest()), new Start(jar, facts, calls));
        } catch (PluginCallException e) {
            throw new Refused(e.reason()).by(facts.manifest().id());
        }
    }

    private record Start(StagedJar jar, JarFacts facts, PluginCalls calls) implements PluginCalls.Task<LoadedPlugin> {
        @Override
        public LoadedPlugin run(PluginCall call) throws Refused {
            String id = facts.manifest().id();
            OneJar loading = new OneJar(jar.copy());
            try {
                Extensions made = loading.start(call, facts);
                return new LoadedPlugin(jar, facts, loading, made, calls);
            } catch (Refused e) {
                loading.close(call, id);
                throw e;
            } catch (Throwable thrown) {
                loading.close(call, id);
                throw new Refused("did not start: " + Fault.describe(thrown));
            }
        }

        @Override
        public void undo(PluginCall call, LoadedPlugin late) {
            late.end(call);
        }
    }

    /** Returns its id, unique within a scan, of the form {@code [a-z][a-z0-9._-]{0,63}}. */
    public String id() {
        return manifest.id();
    }

    /** Returns the version of its manifest, a semantic version. */
    public String version() {
        return manifest.version();
    }

    /** Returns the range of API versions that it runs on. */
    public String requires() {
        return manifest.requires();
    }

    /**
     * Returns the manifest's one-line description, or an empty string. A foreign string: escape it before it is shown.
     */
    public String description() {
        return manifest.description();
    }

    /** Returns the operator's file; what runs is a copy. */
    public Path file() {
        return jar.source();
    }

    /** Returns the SHA-256 of the bytes that run, in lower-case hex. */
    public String sha256() {
        return jar.sha256();
    }

    /**
     * Returns its protocols, the same objects each time; empty once it is closed. All methods except {@code identify}
     * answer without running plugin code.
     */
    public List<Protocol> protocols() {
        return List.copyOf(extensions(Kind.PROTOCOL).values());
    }

    /** Returns its hooks; see {@link #extensions}. */
    public Map<String, Hook> hooks() {
        return extensions(Kind.HOOK);
    }

    /**
     * Returns its extensions of one kind by the names that configurations use, the same objects each time; empty once
     * it is closed. Unless the kind's vetting prevents it, calling any method of an extension runs plugin code.
     */
    public <T> Map<String, T> extensions(Kind<T> kind) {
        return extensions.of(kind);
    }

    /** Returns the names of all its extensions for an operator; empty once it is closed. */
    public List<String> provides() {
        return extensions.labels();
    }

    /** Returns the names that no other plugin may have, by kind; empty once it is closed. */
    List<String> claims() {
        return extensions.claims();
    }

    /** Returns whether it brought {@code extension}, and runs. */
    boolean brought(Object extension) {
        return extensions.has(extension);
    }

    /** Returns the statistics of its protocols, in all generations that have it. */
    public IdentifyStats answers() {
        return answers;
    }

    /** Returns whether it runs, and has loaded a class of this name from its JAR. */
    public boolean hasLoaded(String className) {
        OneJar running = loaded;
        return running != null && running.hasLoaded(className);
    }

    /** Returns whether it has stopped for good. */
    public boolean isClosed() {
        return loaded == null;
    }

    /**
     * Returns whether its classes have been collected. If a closed plugin never gets there, it has left something
     * behind.
     */
    public boolean isCollected() {
        return loader.refersTo(null);
    }

    /** Returns whether it runs from these bytes, from the same file. */
    boolean isFrom(StagedJar other) {
        return jar.source().equals(other.source()) && jar.sha256().equals(other.sha256());
    }

    /** Returns whether it may be used. */
    boolean isAllowed(PluginRules rules) {
        try {
            rules.check(jar, facts);
            return true;
        } catch (Refused e) {
            return false;
        }
    }

    /**
     * Returns its protocols with the operator's settings. Runs plugin code, and leaves {@link #protocols} as they are,
     * so that different configurations can share one plugin.
     *
     * @param settings given to each of them, one after the other
     * @param problems receives what a protocol threw or returned that cannot be used; that protocol is left as it was
     * @throws PluginCallException if the plugin does not return; it may continue to use {@code settings}
     */
    public List<Protocol> configured(Settings settings, Consumer<String> problems) throws PluginCallException {
        List<Protocol> protocols = protocols();
        if (protocols.isEmpty()) {
            return List.of();
        }
        OneJar running = loaded;
        ClassLoader classes = running == null ? null : running.classes();
        ConfiguredProtocols configured =
                calls.run(caller(), call -> ConfiguredProtocols.of(call, classes, protocols, settings));
        configured.problems().forEach(problems);
        return configured.protocols();
    }

    /**
     * Adds a user, which closes it too.
     *
     * @return whether it still runs
     */
    public synchronized boolean share() {
        if (loaded == null) {
            return false;
        }
        holders++;
        return true;
    }

    /**
     * Removes a user. The last one stops the plugin, closes its class loader and deletes the copy; call it when none of
     * the caller's sessions can ask the plugin any more. Throws nothing; failures are logged. A plugin that does not
     * stop in time keeps its class loader and its copy until it has stopped, and nothing waits for that. No effect once
     * it is stopped; any thread.
     */
    @Override
    public void close() {
        OneJar closing = letGo();
        if (closing != null) {
            calls.stop(caller(), call -> end(call, closing));
        }
    }

    /** Returns what must be closed; null if it still has users, or is already closed. */
    private synchronized @Nullable OneJar letGo() {
        OneJar closing = loaded;
        if (closing == null || --holders > 0) {
            return null;
        }
        loaded = null;
        extensions = Extensions.NONE;
        return closing;
    }

    private void end(PluginCall call) {
        OneJar closing = letGo();
        if (closing != null) {
            end(call, closing);
        }
    }

    private boolean end(PluginCall call, OneJar closing) {
        closing.close(call, id());
        jar.delete();
        return true;
    }

    /** Returns its description for calls of its code. */
    PluginCaller caller() {
        return PluginCaller.of(jar, manifest);
    }

    @Override
    public String toString() {
        return id() + " " + version();
    }
}
