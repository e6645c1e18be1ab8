package dev.refractium.server.plugin;

import dev.refractium.api.ApiVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultPluginFactory;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.IndexedExtensionFinder;
import org.pf4j.JarPluginRepository;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginState;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.RuntimeMode;
import org.pf4j.VersionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PF4J for exactly one JAR: two versions of a plugin can then run at once, and one ends without affecting the other.
 * Nothing outside the JAR changes what it does, neither system properties nor PF4J's lists of disabled plugins. One
 * thread at a time, except {@link #hasLoaded}.
 */
final class OneJar extends AbstractPluginManager {
    private static final Logger LOG = LoggerFactory.getLogger(OneJar.class);

    private final Path copy;
    private volatile @Nullable SealedLoader loader;

    /** The call that currently runs it. */
    private @Nullable PluginCall calling;

    OneJar(Path copy) {
        super(copy.getParent());
        this.copy = copy;
        // With its default, PF4J would not check Plugin-Requires.
        setSystemVersion(ApiVersion.current());
    }

    /** Loads and starts the plugin and makes its extensions. After a throw it must be closed. */
    Extensions start(PluginCall call, JarFacts facts) throws Refused {
        calling = call;
        String id = facts.manifest().id();
        String loadedId = loadPlugin(copy);
        SealedLoader classes = loader;
        if (!id.equals(loadedId) || classes == null) {
            throw new Refused("PF4J did not load it");
        }
        call.uses(classes);
        if (startPlugin(id) != PluginState.STARTED) {
            throw new Refused("did not start: " + Fault.describe(getPlugin(id).getFailedException()));
        }
        return new Extensions(Kind.ALL, facts.named().usesContext()).load(call, classes, facts.extensions());
    }

    /**
     * Returns what shows, without holding it, whether the class loader is gone. Call it between {@link #start} and
     * {@link #close}.
     */
    PhantomReference<ClassLoader> watched() {
        return new PhantomReference<>(Objects.requireNonNull(loader), new ReferenceQueue<>());
    }

    /** Returns its class loader; null before it is loaded, and once it is closed. Any thread. */
    @Nullable
    ClassLoader classes() {
        return loader;
    }

    /** Returns whether a class of this name was loaded from the plugin itself. Any thread. */
    boolean hasLoaded(String className) {
        SealedLoader classes = loader;
        return classes != null && classes.hasLoaded(className);
    }

    /** Stops and unloads the plugin, as far as it was loaded, and closes its class loader. Throws nothing. */
    void close(PluginCall call, String id) {
        SealedLoader closing = loader;
        call.uses(closing);
        call.now("stop()");
        if (getPlugin(id) != null) {
            quietly(id, () -> unloadPlugin(id));
        }
        loader = null;
        if (closing != null) {
            // PF4J gives up halfway if stop() throws an Error, and loses the loader if loading fails.
            quietly(id, closing::close);
        }
    }

    /** Replaces PF4J's own factory, which logs a failure and returns null. */
    private Plugin plugin(PluginWrapper wrapper) {
        PluginCall call = Objects.requireNonNull(calling);
        call.now("constructor of " + wrapper.getDescriptor().getPluginClass());
        Plugin made = new DefaultPluginFactory().create(wrapper);
        call.now("start()");
        if (made == null) {
            throw new IllegalStateException(
                    "Plugin-Class " + wrapper.getDescriptor().getPluginClass()
                            + " cannot be made; it must be a public class that extends org.pf4j.Plugin, with a public constructor"
                            + " without arguments that does not throw");
        }
        return made;
    }

    private static void quietly(String id, Step step) {
        try {
            step.run();
        } catch (Throwable thrown) {
            LOG.warn("plugin {} did not close cleanly: {}", id, Fault.describe(thrown));
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    // PF4J's constructor calls these methods.

    @Override
    public RuntimeMode getRuntimeMode() {
        return RuntimeMode.DEPLOYMENT;
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new JarPluginRepository(List.of());
    }

    @Override
    protected PluginFactory createPluginFactory() {
        return this::plugin;
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new DefaultExtensionFactory();
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new ManifestPluginDescriptorFinder();
    }

    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new IndexedExtensionFinder(this);
    }

    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new AlwaysEnabled();
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new Sealing();
    }

    @Override
    protected VersionManager createVersionManager() {
        return new DefaultVersionManager();
    }

    /** Keeps the class loader, so that it is closed whatever happens next. */
    private final class Sealing implements PluginLoader {
        @Override
        public boolean isApplicable(Path path) {
            return path.equals(copy);
        }

        @Override
        public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
            try {
                SealedLoader made = new SealedLoader(OneJar.this, descriptor, path);
                loader = made;
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A plugin is switched off by removing its JAR. */
    private static final class AlwaysEnabled implements PluginStatusProvider {
        @Override
        public boolean isPluginDisabled(String id) {
            return false;
        }

        @Override
        public void disablePlugin(String id) {
            throw new UnsupportedOperationException("take the JAR away");
        }

        @Override
        public void enablePlugin(String id) {
            // Always true.
        }
    }
}
