package dev.refractium.server.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Searches the constant pools of a JAR's classes (JVM specification, 4.4) for calls that end the process, start another
 * or leave Java. It warns of mistakes and is no protection: reflection gets around it. It also looks for names that
 * show a use of the context class loader.
 */
final class CallScan {
    private static final Map<String, Set<String>> CALLS = Map.of(
            "java/lang/System", Set.of("exit", "load", "loadLibrary"),
            "java/lang/Runtime", Set.of("exit", "halt", "exec", "load", "loadLibrary"),
            "java/lang/ProcessBuilder", Set.of("start", "startPipeline"),
            "sun/misc/Unsafe", Set.of(),
            "jdk/internal/misc/Unsafe", Set.of());

    private static final int MOST = 8;
    /** Names that are longer than this are none of those above. */
    private static final int LONGEST_NAME = 64;

    /** Of these, one in a class shows that it finds classes and resources by the context class loader. */
    private static final Set<String> OF_CONTEXT = Set.of("java/util/ServiceLoader", "getContextClassLoader");

    private final Set<String> found = new TreeSet<>();
    private boolean usesContext;

    private CallScan() {}

    /**
     * What the classes of a JAR name.
     *
     * @param calls the calls and their classes, such as {@code System.exit in a/B.class}, sorted; if there are many, some of
     *     them
     * @param usesContext whether a class names {@code ServiceLoader} or {@code getContextClassLoader}
     */
    record Found(List<String> calls, boolean usesContext) {
        Found {
            calls = List.copyOf(calls);
        }
    }

    /** Searches all classes. Closes nothing. */
    static Found of(JarFile jar) throws IOException {
        CallScan scan = new CallScan();
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
            if (entry.getName().endsWith(".class") && (scan.found.size() < MOST || !scan.usesContext)) {
                try (InputStream in = jar.getInputStream(entry)) {
                    scan.read(entry.getName(), new DataInputStream(new BufferedInputStream(in)));
                } catch (EOFException e) {
                    // Cut short or no class file: no JVM loads it, so it calls nothing.
                }
            }
        }
        return new Found(List.copyOf(scan.found), scan.usesContext);
    }

    private void read(String file, DataInputStream in) throws IOException {
        in.readLong(); // Magic and version, which were checked before.
        Pool pool = new Pool();
        int count = in.readUnsignedShort();
        int index = 1;
        while (index < count) {
            index += width(in, index, pool);
        }
        usesContext |= OF_CONTEXT.stream().anyMatch(pool.texts::containsValue);
        for (int[] method : pool.methods) {
            note(file, pool.type(method[0]), pool.name(method[1]));
        }
    }

    /** The needed constants of a pool, by index. */
    private static final class Pool {
        final Map<Integer, String> texts = new HashMap<>();
        final Map<Integer, Integer> types = new HashMap<>();
        final Map<Integer, Integer> names = new HashMap<>();
        final List<int[]> methods = new ArrayList<>();

        String type(int index) {
            return texts.getOrDefault(types.getOrDefault(index, 0), "");
        }

        String name(int index) {
            return texts.getOrDefault(names.getOrDefault(index, 0), "");
        }
    }

    /** Reads one constant; returns how many indices it takes. */
    private static int width(DataInputStream in, int index, Pool pool) throws IOException {
        int tag = in.readUnsignedByte();
        switch (tag) {
            case 1 -> text(in, index, pool.texts);
            case 7 -> pool.types.put(index, in.readUnsignedShort());
            case 10, 11 -> pool.methods.add(new int[] {in.readUnsignedShort(), in.readUnsignedShort()});
            case 12 -> pool.names.put(index, in.readInt() >>> 16);
            case 5, 6 -> in.readLong();
            case 3, 4, 9, 17, 18 -> in.readInt();
            case 15 -> in.skipNBytes(3);
            case 8, 16, 19, 20 -> in.readUnsignedShort();
            default -> throw new EOFException("no constant has the tag " + tag);
        }
        boolean wide = tag == 5 || tag == 6;
        return wide ? 2 : 1;
    }

    private static void text(DataInputStream in, int index, Map<Integer, String> texts) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        if (bytes.length <= LONGEST_NAME) {
            texts.put(index, new String(bytes, UTF_8));
        }
    }

    private void note(String file, String type, String name) {
        Set<String> calls = CALLS.get(type);
        if (calls != null && (calls.isEmpty() || calls.contains(name)) && found.size() < MOST) {
            found.add(type.substring(type.lastIndexOf('/') + 1) + "." + name + " in " + file);
        }
    }
}
