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
        prepare();
        PrintWriter out = StandardStreams.out();
        PrintWriter err = StandardStreams.err();
        int code = ExitCode.COULD_NOT_RUN;
        try {
            Optional<Path> file = FastStart.file(args);
            code = file.isPresent()
                    ? FastStart.run(file.get(), out, err)
                    : CommandLines.create(out, err, Terminal.ofStandardOutput()).execute(args);
        } catch (Throwable e) {
            Failure.report(e, err);
        }
        out.flush();
        err.flush();
        StandardStreams.flush();
        System.exit(code);
    }

    /** Does what must come first in every process of Refractium. */
    static void prepare() {
        // Before any JAR is opened: with the JDK's cache, class loaders of two plugins would share one open file.
        URLConnection.setDefaultUseCaches("jar", false);
        StandardStreams.queueError();
        Logging.install();
    }
}
