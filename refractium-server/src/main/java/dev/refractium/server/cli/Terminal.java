package dev.refractium.server.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether a stream ends at a terminal. Any thread.
 *
 * @param interactive whether it is one where a line can be written again
 * @param coloured whether it shows colours
 */
record Terminal(boolean interactive, boolean coloured) {
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    static Terminal ofStandardOutput() {
        return of(STANDARD_OUTPUT);
    }

    static Terminal ofStandardError() {
        return of(STANDARD_ERROR);
    }

    /** Decides by the environment variables that programs use: NO_COLOR (https://no-color.org) and TERM. */
    static Terminal of(boolean terminal, Map<String, String> environment) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean dumb = "dumb".equals(environment.get("TERM"));
        return new Terminal(terminal && !dumb, terminal && !refused && !dumb);
    }

    private static Terminal of(int descriptor) {
        return of(hasConsole() && isTerminal(descriptor), System.getenv());
    }

    /** Since Java 22 there is a console even without a terminal, and a method that tells them apart. */
    @SuppressWarnings("SystemConsoleNull") // Told apart by isTerminal.
    private static boolean hasConsole() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** The console does not show where standard error goes; Linux does. Elsewhere the console decides. */
    private static boolean isTerminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }
}
