package dev.refractium.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/refractium} as its users start it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about the launcher that is a shell script")
class LauncherIT {
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final String NOBODY = "65534";

    @TempDir
    private Path temp;

    private Path home;
    private Path launcher;

    @BeforeEach
    void install() throws IOException {
        temp = temp.toRealPath();
        home = temp.resolve("opt/a program's home");
        launcher = Installation.in(home).launcher();
    }

    @Test
    void runsFromAPathWithSpacesInAnotherDirectory() throws Exception {
        Path elsewhere = Files.createDirectory(temp.resolve("else where"));

        var outcome = new Launch(launcher).from(elsewhere).run();

        assertThat(outcome.ranIn(home).out().lines()).contains("directory=" + elsewhere);
    }

    @Test
    void runsByItsBareNameThroughTheShell() throws Exception {
        var outcome =
                new Launch("/bin/sh", "refractium").from(home.resolve("bin")).run();

        outcome.ranIn(home);
    }

    @Test
    void followsAChainOfRelativeLinks() throws Exception {
        Path bin = Files.createDirectories(temp.resolve("usr/local/bin"));
        Files.createSymbolicLink(temp.resolve("opt/current"), Path.of("a program's home"));
        Files.createSymbolicLink(temp.resolve("usr/refractium"), Path.of("../opt/current/bin/refractium"));
        Path first = Files.createSymbolicLink(bin.resolve("proxy"), Path.of("../../refractium"));

        new Launch(first).run().ranIn(home);
        new Launch("./proxy").from(bin).run().ranIn(home);
    }

    @Test
    void followsAnAbsoluteLinkFoundOnThePath() throws Exception {
        Files.createSymbolicLink(temp.resolve("proxy"), launcher);

        var outcome = new Launch("/bin/sh", "-c", "proxy")
                .with("PATH", temp + ":" + System.getenv("PATH"))
                .run();

        outcome.ranIn(home);
    }

    @Test
    void handsArgumentsOnUntouched() throws Exception {
        var outcome = new Launch(launcher, "two words", "*", "", "$HOME", "-f", "https[sni=a.test]=[::1]:443").run();

        assertThat(outcome.ranIn(home).out().lines().filter(line -> line.startsWith("argument=")))
                .containsExactly(
                        "argument=two words",
                        "argument=*",
                        "argument=",
                        "argument=$HOME",
                        "argument=-f",
                        "argument=https[sni=a.test]=[::1]:443");
    }

    @Test
    void endsWithTheProgramsExitCode() throws Exception {
        var outcome = new Launch(launcher, "exit", "42").run();

        assertThat(outcome.exitCode()).isEqualTo(42);
    }

    @Test
    void isReplacedByTheJvmSoThatSignalsReachIt() throws Exception {
        Process process = new Launch(launcher, "wait").start();
        try (BufferedReader output = process.inputReader()) {
            List<String> before = linesUntil("waiting", output);

            process.toHandle().destroy(); // unlike destroy(), keeps the output open

            assertThat(before).contains("pid=" + process.pid());
            assertThat(linesUntil("ended by a signal", output)).hasSize(1);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void runsFromAReadOnlyTreeAsAnotherUser() throws Exception {
        openToAll(temp);
        var command = new ArrayList<Object>();
        boolean root = System.getProperty("user.name").equals("root");
        if (root) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        command.add(launcher);

        var outcome = new Launch(command.toArray()).from(Path.of("/")).run();

        outcome.ranIn(home);
        assertThat(outcome.out().lines().anyMatch("user=root"::equals)).isFalse();
    }

    @Test
    void usersOptionsComeAfterOurs() throws Exception {
        Files.createFile(temp.resolve("-Dstar=a file that no option means"));

        var outcome = new Launch(launcher)
                .from(temp)
                .with("REFRACTIUM_JAVA_OPTS", "-Xmx64m  -Dstar=* -XX:+UseParallelGC")
                .run();

        assertThat(outcome.ranIn(home).out())
                .containsSubsequence("-Xmx256m", "-Xmx64m", "-Dstar=*", "-XX:+UseParallelGC")
                .doesNotContain("UseSerialGC");
    }

    @Test
    void oneCollectorThreadAndASmallHeapAreTheDefault() throws Exception {
        var outcome = new Launch(launcher).run();

        assertThat(outcome.ranIn(home).out())
                .contains(
                        "-XX:+UseSerialGC", "-Xmx256m", "-XX:CompileThresholdScaling=4", "-XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void takesTheJavaOfThePathThroughLinks() throws Exception {
        Path alternatives = Files.createDirectory(temp.resolve("alternatives"));
        Path outward = Files.createSymbolicLink(alternatives.resolve("java"), JAVA_HOME.resolve("bin/java"));
        Path bin = Files.createDirectory(temp.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), Path.of("../alternatives/java"));

        var outcome = new Launch(launcher)
                .without("JAVA_HOME")
                .with("PATH", bin + ":/usr/bin:/bin")
                .run();
        Files.delete(outward);

        assertThat(outcome.ranIn(home).out().lines()).contains("java=" + JAVA_HOME);
    }

    @Test
    void saysThatThereIsNoJava() throws Exception {
        Path empty = Files.createDirectory(temp.resolve("empty"));

        var outcome = new Launch(launcher)
                .without("JAVA_HOME")
                .with("PATH", empty.toString())
                .run();

        outcome.refused("no Java found", "install a Java 17 or later", "JAVA_HOME");
    }

    @Test
    void saysThatJavaHomeHoldsNoJava() throws Exception {
        var outcome = new Launch(launcher).with("JAVA_HOME", temp.toString()).run();

        outcome.refused("JAVA_HOME is " + temp, "no program " + temp.resolve("bin/java"), "unset it");
    }

    @Test
    void refusesAnOldJavaWithoutStartingIt() throws Exception {
        Path old = fakeJava("touch \"${0%/*}/started\"");
        Files.writeString(old.resolve("release"), "IMPLEMENTOR=\"Any\"\nJAVA_VERSION=\"11.0.22\"\nOS_NAME=\"Linux\"\n");

        var outcome = new Launch(launcher).with("JAVA_HOME", old.toString()).run();

        outcome.refused(old.resolve("bin/java") + " is Java 11.0.22", "needs 17 or later");
        assertThat(old.resolve("bin/started")).doesNotExist();
    }

    @Test
    void asksAJavaThatHasNoReleaseFile() throws Exception {
        Path old = fakeJava("echo 'Picked up an option' >&2; echo 'openjdk version \"1.8.0_402\"' >&2");

        var outcome = new Launch(launcher).with("JAVA_HOME", old.toString()).run();

        outcome.refused("is Java 1.8.0_402;", "needs 17 or later");
    }

    @Test
    void acceptsAWrapperScriptOfAFittingJava() throws Exception {
        Path wrapper = fakeJava("exec '" + JAVA_HOME.resolve("bin/java") + "' \"$@\"");

        var outcome = new Launch(launcher).with("JAVA_HOME", wrapper.toString()).run();

        assertThat(outcome.ranIn(home).out().lines()).contains("java=" + JAVA_HOME);
    }

    @Test
    void hangUpWhileItLooksForJavaDoesNotEndAServer() throws Exception {
        Path pid = temp.resolve("pid");
        Path hanging = fakeJava("[ \"$1\" != -version ] || kill -HUP \"$(cat '" + pid + "')\"; exec '"
                + JAVA_HOME.resolve("bin/java") + "' \"$@\"");

        var outcome = new Launch("/bin/sh", "-c", "echo $$ >\"$1\"; exec \"$2\" tcp", "sh", pid, launcher)
                .with("JAVA_HOME", hanging.toString())
                .run();

        outcome.ranIn(home);
    }

    @Test
    void saysWhatABrokenJavaSaid() throws Exception {
        Path broken = fakeJava("echo 'libjvm.so is missing' >&2; exit 1");

        var outcome = new Launch(launcher).with("JAVA_HOME", broken.toString()).run();

        outcome.refused("bin/java does not run: libjvm.so is missing");
    }

    private Path fakeJava(String script) throws IOException {
        Path fake = temp.resolve("fake java");
        Path java = Files.createDirectories(fake.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return fake;
    }

    /** Everybody may read and enter, nobody may write, as on a read-only mount. */
    private static void openToAll(Path top) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(top)) {
            all = files.toList();
        }
        for (Path file : all) {
            boolean enter = Files.isDirectory(file) || Files.isExecutable(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(enter ? "r-xr-xr-x" : "r--r--r--"));
        }
    }

    private static List<String> linesUntil(String last, BufferedReader output) throws IOException {
        var lines = new ArrayList<String>();
        String line;
        while ((line = output.readLine()) != null) {
            lines.add(line);
            if (line.equals(last)) {
                return lines;
            }
        }
        throw new AssertionError("the output ended before \"" + last + "\": " + lines);
    }
}
