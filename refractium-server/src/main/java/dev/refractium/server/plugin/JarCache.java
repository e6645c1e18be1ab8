package dev.refractium.server.plugin;

import java.net.URLConnection;

/** The JDK's cache of open JAR files, which {@code jar:} URLs go through. */
public final class JarCache {
    private JarCache() {}

    /**
     * Switches the cache off for the whole process, whichever code asks. With it, two class loaders share one open JAR:
     * closing the first breaks the second, and a JAR that was replaced is answered from the old file. Idempotent;
     * belongs at the very start of a program, and {@link PluginDirectory#load} does it too.
     */
    public static void turnOff() {
        URLConnection.setDefaultUseCaches("jar", false);
    }
}
