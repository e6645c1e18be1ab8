package dev.refractium.server.plugin;

import java.util.List;

/**
 * The classes of the program that every plugin sees: the Java platform, and of the host only what plugins are written
 * against. A class of the server or of its libraries is not found here, whatever the host's class path has.
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

    /** Returns whether plugins must see the host's class of this name, even if their JAR has one of its own. */
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
