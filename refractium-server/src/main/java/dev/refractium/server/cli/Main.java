package dev.refractium.server.cli;

import java.io.PrintWriter;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.Optional;

/** Starts the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code: see {@link ExitCode}. */
    public static void main(String[] args) {
        if (mayServe(args)) {
            holdHangUps();
        }
        prepare();
        PrintWriter out = StandardStreams.out();
        PrintWriter err = StandardStreams.err();
        int code;
        try {
            code = run(out, err, args);
            out.flush();
        } catch (Throwable e) {
            code = Failure.report(e, err);
        }
        err.flush();
        StandardStreams.flush();
        System.exit(code);
    }

    /** Returns whether these arguments may start a server. The launcher decides in the same way. */
    static boolean mayServe(String... args) {
        return args.length == 0 || args[0].startsWith("-") || args[0].equals("tcp") || args[0].equals("udp");
    }

    /** A server that starts is not ended by SIGHUP: the files that the signal asks for have not been read yet. */
    private static void holdHangUps() {
        SystemSignals.handle("HUP", () -> {});
    }

    private static int run(PrintWriter out, PrintWriter err, String... args) {
        Optional<Path> file = FastStart.file(args);
        return file.isPresent()
                ? FastStart.run(file.get(), out, err)
                : CommandLines.create(out, err, Terminal.ofStandardOutput()).execute(args);
    }

    /** Does what must come first in every process of Refractium. */
    static void prepare() {
        // Before any JAR is opened: with the JDK's cache, class loaders of two plugins would share one open file.
        URLConnection.setDefaultUseCaches("jar", false);
        StandardStreams.queueError();
        Logging.install();
    }
}
