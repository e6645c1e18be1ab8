package dev.refractium.server.it.clients;

import dev.refractium.server.it.support.CommandLineJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The proxy's command line in a test's own directory: the command {@code bin/refractium}, with the built plugins. */
final class CommandLine {
    private CommandLine() {}

    /** Copies the plugins and writes the command. It finds the control sockets of this directory, and no others. */
    static void install(Lab lab) throws IOException {
        try (Stream<Path> jars = Files.list(Lab.plugins())) {
            for (Path jar : jars.toList()) {
                lab.write("plugins/" + jar.getFileName(), Files.readAllBytes(jar));
            }
        }
        lab.program(
                "refractium", """
                unset RUNTIME_DIRECTORY
                export XDG_RUNTIME_DIR='%1$s'
                exec %2$s -Djava.io.tmpdir='%1$s' -Drefractium.home='%1$s' dev.refractium.server.cli.Main "$@\"""".formatted(lab.directory(), "'" + String.join("' '", CommandLineJvm.options()) + "'"));
    }

    /** Starts the proxy with the directory's {@code refractium.toml}, and returns its ready line. */
    static String serve(Lab lab) throws Exception {
        Path ready = lab.write("ready", "");
        lab.serve(() -> Files.readString(ready).endsWith("\n"), "sh", "-c", "exec bin/refractium >ready");
        return Files.readString(ready).strip();
    }
}
