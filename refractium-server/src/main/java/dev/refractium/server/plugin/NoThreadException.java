package dev.refractium.server.plugin;

/** The system gives no thread, which the JVM reports by an OutOfMemoryError. */
final class NoThreadException extends Exception {
    private static final long serialVersionUID = 1L;

    NoThreadException() {
        super(null, null, false, false);
    }

    String reason(PluginCaller caller) {
        return "the system has no thread to spare for " + caller
                + "; raise its limit of threads, such as TasksMax or pids.max";
    }
}
