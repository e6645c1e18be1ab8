package dev.refractium.server.cli;

/** What the process tells whoever started it. */
final class ExitCode {
    /** A command did what was asked for, or a signal ended the server and its sessions were drained. */
    static final int OK = 0;

    /** It could not run although it was asked rightly: a port that is taken, say. */
    static final int COULD_NOT_RUN = 1;

    /** It was asked wrongly: a flag, or the configuration. */
    static final int USAGE = 2;

    private ExitCode() {}
}
