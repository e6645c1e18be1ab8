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
 * <p>What it says of itself can be read from any thread and stays readable. Whoever holds its extensions keeps its classes
 * in memory: once it is closed and they are let go, the classes can be collected.
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

    /** How many use it: generations that have it in common. Guarded by this object's monitor. */
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

    /** Runs the plugin's code for the first time. Where that fails nothing stays behind but the copy. */
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

    /** Unique within a scan, of the form {@code [a-z][a-z0-9._-]{0,63}}. */
    public String id() {
        return manifest.id();
    }

    /** As the manifest has it: a semantic version. */
    public String version() {
        return manifest.version();
    }

    /** The range of API versions that it runs on. */
    public String requires() {
        return manifest.requires();
    }

    /** The manifest's one line, or empty. Not ours: escape it on its way out. */
    public String description() {
        return manifest.description();
    }

    /** Where the operator put it; what runs is a copy. */
    public Path file() {
        return jar.source();
    }

    /** The SHA-256 of the bytes that run, in lower-case hex. */
    public String sha256() {
        return jar.sha256();
    }

    /**
     * Its protocols, the same objects each time; empty once it is closed. All but {@code identify} answer without running
     * plugin code.
     */
    public List<Protocol> protocols() {
        return List.copyOf(extensions(Kind.PROTOCOL).values());
    }

    /** Its hooks, as {@link #extensions} has them. */
    public Map<String, Hook> hooks() {
        return extensions(Kind.HOOK);
    }

    /**
     * Its extensions of one kind by the names that configurations use, the same objects each time; empty once it is
     * closed. Unless the kind's vetting says otherwise, whatever is called on one runs plugin code.
     */
    public <T> Map<String, T> extensions(Kind<T> kind) {
        return extensions.of(kind);
    }

    /** The names of all its extensions as an operator reads them; empty once it is closed. */
    public List<String> provides() {
        return extensions.labels();
    }

    /** The names that no other plugin may have, by kind; empty once it is closed. */
    List<String> claims() {
        return extensions.claims();
    }

    /** Returns whether it brought {@code extension}, and runs. */
    boolean brought(Object extension) {
        return extensions.has(extension);
    }

    /** How its protocols fare, in all generations that have it. */
    public IdentifyStats answers() {
        return answers;
    }

    /** Whether it runs, and has loaded a class of this name from its JAR. */
    public boolean hasLoaded(String className) {
        OneJar running = loaded;
        return running != null && running.hasLoaded(className);
    }

    /** Whether it has stopped for good. */
    public boolean isClosed() {
        return loaded == null;
    }

    /** Whether its classes are out of memory. One that is closed and does not get there has left something behind. */
    public boolean isCollected() {
        return loader.refersTo(null);
    }

    /** Whether these are the bytes, from the same place, that it runs from. */
    boolean isFrom(StagedJar other) {
        return jar.source().equals(other.source()) && jar.sha256().equals(other.sha256());
    }

    /** Whether it may be used. */
    boolean isAllowed(PluginRules rules) {
        try {
            rules.check(jar, facts);
            return true;
        } catch (Refused e) {
            return false;
        }
    }

    /**
     * Its protocols as an operator wants them. Runs plugin code, and leaves {@link #protocols} as they are, so that
     * configurations that differ can share one plugin.
     *
     * @param settings given to each of them, one after the other
     * @param problems told what a protocol threw or gave that cannot be used; it is as it was then
     * @throws PluginCallException if the plugin does not return; it may go on to use {@code settings}
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
     * Lets one more use it, who closes it too.
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
     * Lets go of the plugin. The last who does stops it, closes its class loader and deletes the copy; to be called when
     * none of the caller's sessions can ask it any more. Throws nothing; what fails is logged. A plugin that does not stop
     * in time keeps its class loader and its copy until it has stopped, and nothing waits for that. Once it is stopped
     * this has no effect; any thread.
     */
    @Override
    public void close() {
        OneJar closing = letGo();
        if (closing != null) {
            calls.stop(caller(), call -> end(call, closing));
        }
    }

    /** Returns what is to be closed; null where others use it, or it is closed already. */
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

    /** Returns it as calls of its code name it. */
    PluginCaller caller() {
        return PluginCaller.of(jar, manifest);
    }

    @Override
    public String toString() {
        return id() + " " + version();
    }
}
