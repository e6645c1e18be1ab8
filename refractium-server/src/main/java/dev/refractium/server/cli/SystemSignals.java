package dev.refractium.server.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Sets the reaction of this process to a signal of the system. By reflection, because {@code sun.misc.Signal} is in no
 * documented module and the compiler warns of its name. Logs nothing, so that it can be used before there is a log.
 */
final class SystemSignals {
    private SystemSignals() {}

    /** The disposition of a signal once a reaction to it has been set. */
    enum Disposition {
        /** The reaction runs at each signal, on a thread that the JVM starts for it. */
        HANDLED,

        /** The process was started with the signal ignored, as by nohup, and the JVM leaves that as it is. */
        IGNORED,

        /** The system has no such signal, or the JVM was told to leave signals alone (-Xrs). */
        UNAVAILABLE
    }

    /** Sets the reaction to the signal of this name, such as HUP, in place of an earlier one. */
    static Disposition handle(String name, Runnable reaction) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    SystemSignals.class.getClassLoader(), new Class<?>[] {handler}, new Reaction(reaction));
            Object before = signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return handler.getField("SIG_IGN").get(null).equals(before) ? Disposition.IGNORED : Disposition.HANDLED;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return Disposition.UNAVAILABLE;
        }
    }

    private record Reaction(Runnable reaction) implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
                throws ReflectiveOperationException {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(this, arguments);
            }
            reaction.run();
            return null;
        }
    }
}
