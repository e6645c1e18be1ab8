package dev.refractium.server.plugin;

/** The head of a class file (JVM specification, 4.1): magic, minor version, major version. */
final class ClassVersion {
    private static final int HEAD = 8;
    private static final int MAGIC = 0xCAFEBABE;
    private static final int MINOR_OF_PREVIEW = 0xFFFF;
    /** Java 1.0 had 45, and each feature release since then adds one. */
    private static final int MAJOR_OF_JAVA_0 = 44;

    private ClassVersion() {}

    /**
     * Throws unless {@code bytes} begins a class file that the running Java can read.
     *
     * @param length how many bytes there are; fewer than the head only if the file ends
     */
    static void check(String name, byte[] bytes, int length) throws Refused {
        if (length < HEAD || uint16(bytes, 0) != MAGIC >>> 16 || uint16(bytes, 2) != (MAGIC & 0xFFFF)) {
            throw new Refused(Refused.quote(name) + " is not a class file; build the JAR again");
        }
        int java = uint16(bytes, 6) - MAJOR_OF_JAVA_0;
        int running = Runtime.version().feature();
        if (java > running) {
            throw new Refused(Refused.quote(name) + " is compiled for Java " + java + ", this is Java " + running
                    + "; compile it with --release " + running + " or lower, or run a later Java");
        }
        if (uint16(bytes, 4) == MINOR_OF_PREVIEW) {
            throw new Refused(Refused.quote(name) + " uses preview features of Java " + java
                    + "; compile it without --enable-preview");
        }
    }

    private static int uint16(byte[] bytes, int index) {
        return Byte.toUnsignedInt(bytes[index]) << 8 | Byte.toUnsignedInt(bytes[index + 1]);
    }
}
