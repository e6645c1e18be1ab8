package dev.refractium.plugins.accesslog;

/** Where lines go. No method throws: a line that cannot be written is lost, and counted. Any thread. */
interface Sink extends AutoCloseable {
    /** Returns how many descriptors it may have open at a time. */
    int descriptors();

    /** Takes a line, its end included. */
    void add(byte[] line);

    /** Writes the lines that wait. */
    void flush();

    /** Writes the lines that wait, and takes no more. */
    @Override
    void close();
}
