package dev.refractium.server.plugin;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import dev.refractium.api.Settings;
import java.lang.ref.PhantomReference;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private final Answers answers;

    /** Both written by the thread that closes, under this object's monitor, and read by any. */
    private volatile @Nullable OneJar loaded;

    private volatile Extensions extensions;

    /** How many use it: generations that have it in common. Guarded by this object's monitor. */
    private int holders = 1;

    private LoadedPlugin(StagedJar jar, JarFacts facts, OneJar loaded, Extensions extensions) {
        this.jar = jar;
        this.facts = facts;
        this.manifest = facts.manifest();
        this.loader = loaded.watched();
        this.loaded = loaded;
        this.extensions = extensions;
        this.answers = extensions.answers();
    }

    /** Runs the plugin's code for the first time. Where that fails nothing stays behind but the copy. */
    static LoadedPlugin start(StagedJar jar, JarFacts facts) throws Refused {
        String id = facts.manifest().id();
        OneJar loading = new OneJar(jar.copy());
        try {
            return new LoadedPlugin(jar, facts, loading, loading.start(facts));
        } catch (Refused e) {
            loading.close(id);
            throw e.by(id);
        } catch (Throwable thrown) {
            loading.close(id);
            throw new Refused("did not start: " + Fault.describe(thrown)).by(id);
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
        return extensions.protocols();
    }

    /**
     * Its hooks by the names that configurations use, the same objects each time; empty once it is closed. Whatever is
     * called on one runs plugin code.
     */
    public Map<String, Hook> hooks() {
        return extensions.hooks();
    }

    /** How its protocols fare, in all generations that have it. */
    public Answers answers() {
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
     * Its protocols as an operator wants them. Runs plugin code on the calling thread, and leaves {@link #protocols} as
     * they are, so that configurations that differ can share one plugin. Throws nothing.
     *
     * @param settings given to each of them, one after the other
     * @param problems told what a protocol threw or gave that cannot be used; it is as it was then
     */
    public List<Protocol> configured(Settings settings, Consumer<String> problems) {
        List<Protocol> configured = new ArrayList<>();
        for (Protocol protocol : extensions.protocols()) {
            try {
                configured.add(protocol instanceof VettedProtocol vetted ? vetted.with(settings) : protocol);
            } catch (Refused e) {
                problems.accept("protocol " + protocol.name() + ": " + e.reason());
                configured.add(protocol);
            } catch (Throwable thrown) {
                problems.accept("protocol " + protocol.name() + ": configured() threw " + Fault.describe(thrown));
                configured.add(protocol);
            }
        }
        return configured;
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
     * none of the caller's sessions can ask it any more. Throws nothing; what fails is logged. Once it is stopped this has
     * no effect; any thread, though plugin code runs on it.
     */
    @Override
    public synchronized void close() {
        OneJar closing = loaded;
        if (closing != null && --holders == 0) {
            loaded = null;
            extensions = Extensions.NONE;
            closing.close(id());
            jar.delete();
        }
    }

    @Override
    public String toString() {
        return id() + " " + version();
    }
}
