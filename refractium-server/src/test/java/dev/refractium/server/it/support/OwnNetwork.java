package dev.refractium.server.it.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs programs of the tests in a network namespace of their own, whose root they are: there they may add addresses, drop
 * packets and dial from addresses of others.
 */
public final class OwnNetwork {
    private final Path out;
    private final String setUp;

    /**
     * @param out a file for what the programs print
     * @param setUp a command of the shell that goes before each program
     */
    public OwnNetwork(Path out, String setUp) {
        this.out = out;
        this.setUp = setUp;
    }

    /** Runs a class, and returns the lines that it printed; skips the test, aloud, where there is no such network. */
    public List<String> run(Class<?> program, String... arguments) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return run("exec '%s' -cp '%s' '%s' '%s'"
                .formatted(
                        java, System.getProperty("java.class.path"), program.getName(), String.join("' '", arguments)));
    }

    /** Runs a command of the shell; otherwise as {@link #run(Class, String...)}. */
    public List<String> run(String command) throws IOException, InterruptedException {
        int exitCode = exitCode(unshare(), setUp + " && " + command);
        assertThat(exitCode).as(Files.readString(out)).isZero();
        return Files.readAllLines(out);
    }

    /** As the system's root there is no need of a namespace of users, which some machines do not allow. */
    private String unshare() throws IOException, InterruptedException {
        for (String unshare : List.of("unshare -n", "unshare -rn")) {
            if (exitCode(unshare, setUp) == 0) {
                return unshare;
            }
        }
        System.out.printf("skipped: no network namespace with \"%s\": %s%n", setUp, Files.readString(out));
        return abort("no network namespace with " + setUp);
    }

    private int exitCode(String unshare, String command) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "exec " + unshare + " sh -c \"$0\"", command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start()
                .waitFor();
    }
}
