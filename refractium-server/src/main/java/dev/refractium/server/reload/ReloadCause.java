package dev.refractium.server.reload;

/** Who wants a reload, and so what it may take. In the order of what they are trusted with. */
public enum ReloadCause {
    /** The watch: files that look unfinished are left alone. */
    WATCH,
    /** An operator or the program: the files are taken as they are, unless a map has lost most of its names. */
    ASKED,
    /** An operator who insists. */
    FORCED
}
