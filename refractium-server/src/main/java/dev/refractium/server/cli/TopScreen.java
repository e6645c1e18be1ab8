package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The whole screen of the terminal that this process was started from: lines are drawn on its second screen, and keys are
 * read one by one. By ANSI sequences (ECMA-48, xterm's private modes) and stty. One thread.
 */
final class TopScreen implements AutoCloseable {
    private static final File TERMINAL = new File("/dev/tty");
    private static final long PATIENCE_MS = 5_000;

    /** The second screen, without a cursor and without wrapping. */
    private static final String ENTER = "\033[?1049h\033[?25l\033[?7l";

    private static final String LEAVE = "\033[?7h\033[?25h\033[?1049l";
    private static final String HOME = "\033[H";
    private static final String ERASE_LINE = "\033[2K";

    private final PrintWriter out;
    private final InputStream keys;

    /** The settings to restore, as stty prints them. */
    private final String before;

    private TopScreen(PrintWriter out, InputStream keys, String before) {
        this.out = out;
        this.keys = keys;
        this.before = before;
    }

    /** How many characters there is room for. */
    record Size(int rows, int columns) {
        /** What most terminals have, for one that does not say. */
        private static final Size USUAL = new Size(24, 80);

        static Size of(String text) {
            String[] numbers = text.strip().split(" ", -1);
            if (!text.strip().matches("[0-9]{1,5} [0-9]{1,5}") || text.strip().equals("0 0")) {
                return USUAL;
            }
            return new Size(Math.max(2, Integer.parseInt(numbers[0])), Math.max(1, Integer.parseInt(numbers[1])));
        }
    }

    /**
     * Takes the screen, until it is closed.
     *
     * @throws IOException if there is no terminal, or no stty
     */
    static TopScreen open(PrintWriter out) throws IOException {
        String before = stty("-g").strip();
        InputStream keys = new FileInputStream(TERMINAL);
        TopScreen screen = new TopScreen(out, keys, before);
        boolean open = false;
        try {
            // Reads return at once; Ctrl-Z would leave the shell a terminal like that.
            stty("-icanon", "-echo", "min", "0", "time", "0", "susp", "undef");
            screen.write(ENTER);
            open = true;
            return screen;
        } finally {
            if (!open) {
                screen.close();
            }
        }
    }

    /** Returns its size now. */
    Size size() throws IOException {
        return Size.of(stty("size"));
    }

    /** Returns the next key that has been pressed; -1 if there is none. */
    int key() throws IOException {
        return keys.read();
    }

    /** Draws lines in place of the previous ones, as many as it has rows. */
    void draw(List<String> lines) {
        write(HOME + ERASE_LINE + String.join("\r\n" + ERASE_LINE, lines));
    }

    /** Gives the terminal back as it was. */
    @Override
    public void close() throws IOException {
        try (keys) {
            write(LEAVE);
        } finally {
            stty(before);
        }
    }

    private void write(String text) {
        out.print(text);
        out.flush();
    }

    private static String stty(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("stty"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectInput(TERMINAL)
                .redirectErrorStream(true)
                .start();
        try (InputStream answer = process.getInputStream()) {
            String text = new String(answer.readAllBytes(), UTF_8);
            if (!process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new IOException("stty cannot set the terminal: " + text.strip());
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroy();
        }
    }
}
