package dev.refractium.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What services and containers start programs in: the plain locale, and as the first process. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "locales and process namespaces are Linux's")
class SurroundingsIT {
    private static final String CONFIGURATION = """
            [server]
            bind = "127.0.0.1"
            port = 0
            max_connections = 100
            [[protocols]]
            name = "http"
            forward_to = "127.0.0.1:9"
            """;

    @TempDir
    private Path temp;

    private Installation installation;
    private Path configuration;

    @BeforeEach
    void install() throws Exception {
        temp = temp.toRealPath();
        installation = Installation.copiedTo(temp.resolve("home"));
        configuration = Files.writeString(temp.resolve("refractium.toml"), CONFIGURATION);
    }

    /** By a script, since the tests' own JVM may have the plain locale too. */
    @Test
    void namesOfFilesInOtherLettersAreReadInThePlainLocale() throws Exception {
        String script = """
                directory=$(printf '%s/caf\\303\\251' "$1")
                mkdir "$directory" && cp "$2" "$directory/a.toml" && mv "$1/home" "$directory/home" || exit
                cd "$directory" && home/bin/refractium check -c "$directory/a.toml"
                """;

        for (String locale : new String[] {"C", "POSIX", ""}) {
            var outcome = new Launch("/bin/sh", "-ec", script, "sh", temp, configuration)
                    .with("LC_ALL", locale)
                    .without("LC_CTYPE")
                    .without("LANG")
                    .run();

            assertThat(outcome.exitCode())
                    .as("in the locale \"%s\": %s", locale, outcome.err())
                    .isZero();
            var back = new Launch("/bin/sh", "-ec", "mv \"$1\"/caf*/home \"$1/home\" && rm -r \"$1\"/caf*", "sh", temp)
                    .run();
            assertThat(back.exitCode()).isZero();
        }
    }

    @Test
    void asTheFirstProcessItWaitsForWhatItStarted() throws Exception {
        String namespace = "unshare --map-root-user --pid --fork --mount-proc";
        boolean able = new Launch("/bin/sh", "-c", namespace + " true").run().exitCode() == 0;
        assumeTrue(able, "skipped: this user may make no process namespace");
        // The shell becomes the server, which so is process 1; its child watches, and ends it.
        String watch = """
                until_true() { # until_true TENTHS COMMAND...
                    left=$1; shift
                    until "$@"; do
                        left=$((left - 1)); [ "$left" -gt 0 ] || return
                        sleep 0.1
                    done
                }
                archive() { find "$XDG_CACHE_HOME" -name '*.jsa' 2>&1 | grep -q '\\.jsa'; }
                clean() { ! grep -q '^State:.Z' /proc/[0-9]*/status; }
                { until_true 450 archive && until_true 50 clean && echo "all waited for"
                  kill -TERM 1; } 2>&1 &
                exec "$1" -c "$2"
                """;
        Path script = Files.writeString(temp.resolve("watch"), watch);

        var outcome = new Launch(
                        "/bin/sh",
                        "-c",
                        "exec " + namespace + " /bin/sh \"$@\"",
                        "sh",
                        script,
                        installation.launcher(),
                        configuration)
                .with(
                        "XDG_CACHE_HOME",
                        Files.createDirectory(temp.resolve("cache")).toString())
                .run();

        assertThat(outcome.out().lines()).contains("all waited for");
        assertThat(outcome.exitCode()).isZero();
    }
}
