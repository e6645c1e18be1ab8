package dev.refractium.server.plugin;

import java.util.List;

/**
 * What every plugin sees of the program around it: the Java platform, and of the host only what plugins are written
 * against. A class of the server or of its libraries is not found here, whatever the host's own class path holds.
 */
final class HostClasses extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    static final HostClasses SHARED = new HostClasses();

    private static final List<String> VISIBLE = List.of("dev.refractium.api.", "org.pf4j.", "org.slf4j.");

    private HostClasses() {
        super(getPlatformClassLoader());
    }

    /** Whether the host's class of this name is the one that plugins must see, even where a JAR brings its own. */
    static boolean serves(String className) {
        return VISIBLE.stream().anyMatch(className::startsWith);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!serves(name)) {
            throw new ClassNotFoundException(name);
        }
        return HostClasses.class.getClassLoader().loadClass(name);
    }
}
