package dev.refractium.server.plugin;

import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginRuntimeException;

/** Describes what plugin code threw. */
final class Fault {
    private static final Set<Class<?>> WRAPPERS =
            Set.of(PluginRuntimeException.class, InvocationTargetException.class, ExceptionInInitializerError.class);

    private static final int DEEPEST = 8;
    private static final int LONGEST = 300;

    private Fault() {}

    /**
     * Returns the class and message of the innermost cause that has a message. Only text leaves here, since a throwable
     * of the plugin's own would hold its class loader. Never throws, although asking such a throwable runs plugin code.
     */
    static String describe(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "no cause given";
        }
        Throwable told = unwrapped(thrown);
        try {
            String text = told.toString();
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        } catch (Throwable whileAsking) {
            return told.getClass().getName();
        }
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable current = thrown;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Throwable cause = isWrapper(current) ? current.getCause() : null;
            if (cause == null) {
                break;
            }
            current = cause;
        }
        return current;
    }

    /** Compares classes, not instanceof: a subclass may be the plugin's. */
    private static boolean isWrapper(Throwable thrown) {
        return WRAPPERS.contains(thrown.getClass());
    }
}
