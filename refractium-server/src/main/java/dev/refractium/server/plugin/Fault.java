package dev.refractium.server.plugin;

import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;
import org.pf4j.PluginRuntimeException;

/** What plugin code threw, in words. */
final class Fault {
    private static final int DEEPEST = 8;
    private static final int LONGEST = 300;

    private Fault() {}

    /**
     * The class and message of the innermost cause that says something. Only text leaves here, since a throwable of the
     * plugin's own would hold its class loader. Never throws, though asking such a throwable runs plugin code.
     */
    static String describe(@Nullable Throwable thrown) {
        if (thrown == null) {
            return "no cause given";
        }
        try {
            String text = unwrapped(thrown).toString();
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        } catch (Throwable whileAsking) {
            return thrown.getClass().getName();
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

    private static boolean isWrapper(Throwable thrown) {
        return thrown instanceof PluginRuntimeException
                || thrown instanceof InvocationTargetException
                || thrown instanceof ExceptionInInitializerError;
    }
}
