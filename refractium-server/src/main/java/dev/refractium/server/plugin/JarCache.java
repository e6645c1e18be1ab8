package dev.refractium.server.plugin;

import java.net.URLConnection;

/** The JDK's cache of open JAR files, which {@code jar:} URLs go through. */
public final class JarCache {
    private JarCache() {}

    /**
     * Switches the cache off for the whole process, whichever code uses it. With the cache, two class loaders share one
     * open JAR: closing the first breaks the second, and the resources of a replaced JAR come from the old file.
     * Idempotent; call it at the very start of a program. {@link PluginDirectory#load} does it too.
     */
    public static void turnOff() {
        URLConnection.setDefaultUseCaches("jar", false);
    }
}
