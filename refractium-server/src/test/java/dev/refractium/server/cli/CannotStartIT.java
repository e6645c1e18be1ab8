package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages and the exit code of a server that cannot start. */
class CannotStartIT extends LaunchTesting {
    @Test
    void takenPortIsReportedInOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            configure("");

            try (Launched server = launch("--port", String.valueOf(taken.getLocalPort()))) {
                assertThat(server.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(server.out()).isEmpty();
                assertThat(server.err())
                        .contains("refractium: cannot listen on 127.0.0.1 port " + taken.getLocalPort())
                        .doesNotContain("\tat ", "    at ");
            }
        }
    }

    @Test
    void debugPrintsTheCause() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            configure("");

            try (Launched server = launch("--debug", "--port", String.valueOf(taken.getLocalPort()))) {
                assertThat(server.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
                assertThat(server.err()).contains("    at dev.refractium.server.");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "check"})
    void everyProblemOfTheFileIsOneLine(String command) throws Exception {
        configure("prot = 80\nmax_connections = \"many\"");

        try (Launched server = command.isEmpty() ? launch("-p=70000") : launch(command, "-p=70000")) {
            assertThat(server.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(server.out()).isEmpty();
            assertThat(server.err().lines().filter(line -> !line.contains(" INFO ")))
                    .hasSize(3)
                    .anyMatch(line -> line.startsWith("refractium.toml:4:1: server.prot: "))
                    .anyMatch(line -> line.startsWith("refractium.toml:5:"))
                    .anyMatch(line -> line.startsWith("--port: server.port: "));
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "/proc stands for a read-only file system")
    void readOnlyTemporaryDirectoryIsReportedWithWhatToDo() throws Exception {
        Files.createDirectory(directory.resolve("plugins"));
        configure("plugins_dir = \"plugins\"");

        try (Launched server = Launched.inEnvironment(
                directory,
                List.of("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"),
                List.of("-Djava.io.tmpdir=/proc/self", "-Dio.netty.native.workdir=" + directory))) {
            assertThat(server.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(server.err())
                    .contains("no private directory for the plugins' copies: /proc/")
                    .contains("; set RUNTIME_DIRECTORY to a directory that this user alone may write to");
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "/proc stands for a directory that no program can run from")
    void serverWhoseLibrariesCannotBeCopiedServesWithoutEpollAndLogsWhatToDo() throws Exception {
        configure("");

        try (Launched server = Launched.in(directory, List.of("-Dio.netty.native.workdir=/proc/self"))) {
            server.address();

            server.awaitErr("io=nio reason=\"epoll cannot be used here: ")
                    .awaitErr("set REFRACTIUM_JAVA_OPTS=-Dio.netty.native.workdir=DIR");
        }
    }
}
