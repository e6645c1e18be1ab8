package dev.refractium.server.plugin;

import dev.refractium.server.files.Provenance;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads the plugins of a directory, one JAR after the other: staged, checked, loaded, vetted. A JAR that cannot be
 * loaded is refused with its reason and disturbs no other.
 */
public final class PluginDirectory {
    private final StateDirectory copies;
    private final PluginRules rules;
    private final RunningPlugins running;
    private final PluginCalls calls;
    private final List<LoadedPlugin> accepted = new ArrayList<>();
    private final List<RefusedJar> refused = new ArrayList<>();
    private final Map<Path, String> read = new HashMap<>();
    private final Map<String, Path> ids = new HashMap<>();
    /** By kind and name, such as "hook mirror". */
    private final Map<String, Path> names = new HashMap<>();

    private PluginDirectory(StateDirectory copies, PluginRules rules, RunningPlugins running, PluginCalls calls) {
        this.copies = copies;
        this.rules = rules;
        this.running = running;
        this.calls = calls;
    }

    /**
     * Loads whatever can be loaded, sharing nothing; see {@link #load(Path, StateDirectory, PluginRules,
     * RunningPlugins, PluginCalls)}.
     */
    public static PluginScan load(Path directory, StateDirectory copies) {
        return load(directory, copies, PluginRules.NONE, RunningPlugins.NONE, new PluginCalls());
    }

    /**
     * Loads every {@code *.jar} of {@code directory}, in the order of their names, except hidden files. Blocks while
     * the plugins' code runs, for as long as {@code calls} allow. Throws nothing: if the directory itself cannot be
     * used, it is listed as refused.
     *
     * @param copies the place of the private copies; to be closed after the plugins
     * @param rules decide which of them are wanted
     * @param running plugins that are shared instead of being loaded
     */
    public static PluginScan load(
            Path directory, StateDirectory copies, PluginRules rules, RunningPlugins running, PluginCalls calls) {
        JarCache.turnOff();
        PluginDirectory scan = new PluginDirectory(copies, rules, running, calls);
        try {
            Provenance provenance = accepted(Provenance.ofPlugins(directory));
            for (Path jar : jars(directory)) {
                scan.take(jar, provenance);
            }
        } catch (Refused e) {
            scan.refuse(directory, e);
        } catch (NoSuchFileException e) {
            scan.refuse(directory, new Refused("no such plugin directory; create it, or set plugins_dir"));
        } catch (IOException e) {
            scan.refuse(directory, new Refused("cannot be read as a plugin directory: " + FileFailure.of(e)));
        }
        return new PluginScan(scan.accepted, scan.refused, scan.read);
    }

    private static List<Path> jars(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "[!.]*.jar")) {
            List<Path> jars = new ArrayList<>();
            entries.forEach(jars::add);
            jars.sort(null);
            return jars;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static Provenance accepted(Provenance provenance) throws Refused {
        Optional<String> open = provenance.reason();
        if (open.isPresent()) {
            throw new Refused(open.get());
        }
        return provenance;
    }

    private void take(Path file, Provenance directory) {
        try {
            Provenance provenance = accepted(directory.ofPlugin(file));
            StagedJar staged = StagedJar.of(file, copies);
            read.put(file, staged.sha256());
            try {
                if (!provenance.isUnchanged()) {
                    throw new Refused("was replaced while it was read; reload once it is complete");
                }
                accepted.add(accept(staged));
            } catch (Throwable e) {
                staged.delete();
                throw e;
            }
        } catch (Refused e) {
            refuse(file, e);
        } catch (NoSuchFileException e) {
            read.putIfAbsent(file, "");
            refuse(file, new Refused("is gone, or a link that leads nowhere"));
        } catch (FileSystemException e) {
            refuse(file, new Refused("cannot be read: " + FileFailure.of(e)));
        } catch (Throwable e) {
            read.putIfAbsent(file, "");
            refuse(file, new Refused("cannot be loaded: " + Fault.describe(e)));
        }
    }

    private LoadedPlugin accept(StagedJar staged) throws IOException, Refused {
        LoadedPlugin plugin = plugin(staged);
        String id = plugin.id();
        try {
            names.putAll(newNames(plugin));
        } catch (Refused e) {
            plugin.close();
            throw e.by(id);
        }
        ids.put(id, plugin.file());
        return plugin;
    }

    private LoadedPlugin plugin(StagedJar staged) throws IOException, Refused {
        JarFacts facts = JarFacts.read(staged.copy());
        refuseTaken(facts.manifest().id());
        rules.check(staged, facts);
        for (RollbackEntry setback : running.setbacks()) {
            if (setback.sha256().equals(staged.sha256()) && share(setback.predecessor())) {
                refused.add(new RefusedJar(
                        staged.source(), Optional.of(facts.manifest().id()), setback.reason(), false));
                staged.delete();
                return setback.predecessor();
            }
        }
        for (LoadedPlugin known : running.plugins()) {
            if (known.isFrom(staged) && known.share()) {
                staged.delete();
                return known;
            }
        }
        return LoadedPlugin.start(staged, facts, calls);
    }

    private boolean share(LoadedPlugin predecessor) {
        return predecessor.isAllowed(rules) && predecessor.share();
    }

    private void refuseTaken(String id) throws Refused {
        Path other = ids.get(id);
        if (other != null) {
            throw new Refused("has the id of " + other.getFileName() + "; keep one of the two").by(id);
        }
    }

    private Map<String, Path> newNames(LoadedPlugin plugin) throws Refused {
        Map<String, Path> claimed = new HashMap<>();
        for (String name : plugin.claims()) {
            if (names.containsKey(name)) {
                throw new Refused(
                        "provides " + name + ", as " + names.get(name).getFileName() + " does; keep one of the two");
            }
            if (claimed.put(name, plugin.file()) != null) {
                throw new Refused("provides " + name + " twice");
            }
        }
        return claimed;
    }

    private void refuse(Path file, Refused why) {
        refused.add(why.jar(file));
    }
}
