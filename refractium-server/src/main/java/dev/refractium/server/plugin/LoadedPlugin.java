package dev.refractium.server.plugin;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that runs, from its own copy of its JAR, until it is closed.
 *
 * <p>What it says of itself can be read from any thread and stays readable. Whoever holds its extensions keeps its classes
 * in memory: once it is closed and they are let go, the classes can be collected.
 */
public final class LoadedPlugin implements AutoCloseable {
    private final StagedJar jar;
    private final PluginManifest manifest;

    /** Both written by the thread that closes, under this object's monitor, and read by any. */
    private volatile @Nullable OneJar loaded;

    private volatile Extensions extensions;

    private LoadedPlugin(StagedJar jar, PluginManifest manifest, OneJar loaded, Extensions extensions) {
        this.jar = jar;
        this.manifest = manifest;
        this.loaded = loaded;
        this.extensions = extensions;
    }

    /** Runs the plugin's code for the first time. Where that fails nothing stays behind but the copy. */
    static LoadedPlugin start(StagedJar jar, JarFacts facts) throws Refused {
        String id = facts.manifest().id();
        OneJar loading = new OneJar(jar.copy());
        try {
            return new LoadedPlugin(jar, facts.manifest(), loading, loading.start(facts));
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

    /**
     * Stops the plugin, closes its class loader and deletes the copy. To be called when no session can ask it any more.
     * Throws nothing; what fails is logged. Idempotent; any thread, though plugin code runs on it.
     */
    @Override
    public synchronized void close() {
        OneJar closing = loaded;
        if (closing != null) {
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
