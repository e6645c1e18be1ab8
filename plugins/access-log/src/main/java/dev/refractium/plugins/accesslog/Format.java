package dev.refractium.plugins.accesslog;

/** Writes an entry as a line without its end, in printable ASCII. Any thread. */
interface Format {
    void write(Entry entry, StringBuilder out);
}
