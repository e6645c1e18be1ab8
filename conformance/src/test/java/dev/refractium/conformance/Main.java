package dev.refractium.conformance;

import dev.refractium.conformance.servers.Keys;
import dev.refractium.conformance.servers.Servers;
import dev.refractium.conformance.servers.Servers.Startable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The command: sends generated heads and hellos to every server that is installed, and prints the tables. Exit code 0 if no
 * server serves another name than the proxy routes by, 1 if one does, does not start or does not serve ordinary clients, 2
 * if the arguments are wrong.
 */
public final class Main {
    private Main() {}

    /** Runs the command. */
    public static void main(String[] args) throws Exception {
        Optional<Options> options = Options.of(args);
        if (options.isEmpty()) {
            System.err.println(Options.USAGE);
            System.exit(2);
        }
        Logger.getLogger("").setLevel(Level.OFF); // servers in this process write a line for each refusal
        Path directory = Files.createTempDirectory("conformance");
        boolean clean = run(options.orElseThrow(), directory);
        Directories.delete(directory);
        System.exit(clean ? 0 : 1);
    }

    private static boolean run(Options options, Path directory) throws Exception {
        // Servers give up their rights, and read their files after that.
        if (!directory.toFile().setReadable(true, false) || !directory.toFile().setExecutable(true, false)) {
            throw new IllegalStateException("other users must be able to read " + directory);
        }
        Run run = new Run(options, System.out::println);
        boolean clean = true;
        if (options.heads() > 0) {
            List<Startable> servers = new ArrayList<>(Servers.embeddedHttp(directory));
            servers.addAll(Servers.debianHttp(directory));
            clean = print(run.heads(servers));
        }
        if (options.hellos() > 0) {
            Keys keys = new Keys(directory);
            List<Startable> servers = new ArrayList<>(Servers.embeddedTls(keys));
            servers.addAll(Servers.debianTls(directory, keys));
            clean &= print(run.hellos(servers));
        }
        return clean;
    }

    private static boolean print(Table table) {
        table.lines().forEach(System.out::println);
        return table.isClean();
    }
}
