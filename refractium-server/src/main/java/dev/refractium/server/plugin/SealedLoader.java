package dev.refractium.server.plugin;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginManager;

/** The class loader of one plugin: its own JAR first, then what {@link HostClasses} shows, and nothing else. */
final class SealedLoader extends PluginClassLoader {
    private final OpenJar resources;

    /** @param jar the plugin's; no other file is added */
    SealedLoader(PluginManager manager, PluginDescriptor descriptor, Path jar) throws IOException {
        super(manager, descriptor, HostClasses.SHARED);
        resources = new OpenJar(jar);
        addFile(jar.toFile());
    }

    @Override
    public @Nullable URL findResource(String name) {
        URL found = super.findResource(name);
        return found == null ? null : resources.reading(found);
    }

    @Override
    public Enumeration<URL> findResources(String name) throws IOException {
        return Collections.enumeration(Collections.list(super.findResources(name)).stream()
                .map(resources::reading)
                .toList());
    }

    @Override
    public void close() throws IOException {
        try (resources) {
            super.close();
        }
    }

    /** Returns whether a class of this name was loaded from the plugin's JAR. */
    boolean hasLoaded(String className) {
        Class<?> found = findLoadedClass(className);
        // The JVM also remembers classes of the host that the plugin's classes named.
        return found != null && found.getClassLoader() == this;
    }

    /**
     * Prefers the host's API classes: a JAR that bundles the API would otherwise implement its own copy of it, which
     * the host does not know.
     */
    @Override
    protected boolean shouldDelegateToParent(String className) {
        return HostClasses.serves(className);
    }
}
