package dev.refractium.server.cli;

/** Standard output cannot be written: its reader has gone, or its disk is full. The command ends. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException() {
        super("standard output cannot be written: its reader has gone, or there is no room");
    }
}
