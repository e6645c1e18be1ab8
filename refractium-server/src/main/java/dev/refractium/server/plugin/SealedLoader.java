package dev.refractium.server.plugin;

import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginManager;

/** The class loader of one plugin: its own JAR first, then what {@link HostClasses} shows, and nothing else. */
final class SealedLoader extends PluginClassLoader {
    SealedLoader(PluginManager manager, PluginDescriptor descriptor) {
        super(manager, descriptor, HostClasses.SHARED);
    }

    /** Whether a class of this name was loaded from the plugin's JAR. */
    boolean hasLoaded(String className) {
        Class<?> found = findLoadedClass(className);
        // The JVM remembers those of the host too that the plugin's classes named.
        return found != null && found.getClassLoader() == this;
    }

    /**
     * A JAR that bundles the API would otherwise implement its own copy of it, which the host has never heard of.
     */
    @Override
    protected boolean shouldDelegateToParent(String className) {
        return HostClasses.serves(className);
    }
}
