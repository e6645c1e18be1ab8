package dev.refractium.server.cli;

/** The exit codes of the process. */
final class ExitCode {
    /** A command succeeded, or a signal ended the server and its sessions were drained. */
    static final int OK = 0;

    /** The arguments are valid, but the command could not run: a port is taken, for example. */
    static final int COULD_NOT_RUN = 1;

    /** A flag or the configuration is invalid. */
    static final int USAGE = 2;

    private ExitCode() {}
}
