package dev.refractium.server.it.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real OpenSSH server with a host key of its own, for a user with a key of his own. */
final class Sshd {
    private static final String CONFIGURATION = "sshd_config";

    private final Lab lab;
    private final int port;

    private Sshd(Lab lab, int port) {
        this.lab = lab;
        this.port = port;
    }

    /** Starts a server on a free port. */
    static Sshd start(Lab lab) throws Exception {
        int port = Ports.free();
        return start(lab, port, "ListenAddress 127.0.0.1:" + port + "\n");
    }

    /** Starts a server with these lines of its configuration, which have it listen on {@code port}. */
    static Sshd start(Lab lab, int port, String settings) throws Exception {
        Sshd sshd = prepare(lab, port, settings);
        lab.serve(
                () -> lab.accepts(port),
                "sshd",
                "-D",
                "-e",
                "-f",
                lab.directory().resolve(CONFIGURATION));
        return sshd;
    }

    /** Writes what such a server needs, its configuration as {@code sshd_config}, and does not start it. */
    static Sshd prepare(Lab lab, int port, String settings) throws Exception {
        prepareSeparation();
        Path hostKey = key(lab, "host_key");
        Path userKey = key(lab, "user_key");
        lab.write("known_hosts", "refractium.test " + Files.readString(Path.of(hostKey + ".pub")));
        lab.write(CONFIGURATION, settings + """
                HostKey %s
                AuthorizedKeysFile %s.pub
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin prohibit-password
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                Subsystem sftp internal-sftp
                """.formatted(hostKey, userKey));
        return new Sshd(lab, port);
    }

    int port() {
        return port;
    }

    /** Has the command {@code ssh} use the test's key rather than the user's. */
    void replaceClient() throws IOException {
        lab.program("ssh", "exec " + Tool.find("ssh") + " -F '" + clientConfiguration() + "' \"$@\"");
    }

    /** Writes a client's configuration: the host key to trust, the key to offer, and no prompts. */
    Path clientConfiguration() throws IOException {
        return lab.write("ssh_config", """
                Host *
                    HostKeyAlias refractium.test
                    UserKnownHostsFile %1$s/known_hosts
                    GlobalKnownHostsFile /dev/null
                    StrictHostKeyChecking yes
                    IdentityFile %1$s/user_key
                    IdentitiesOnly yes
                    IdentityAgent none
                    BatchMode yes
                    User %2$s
                """.formatted(lab.directory(), System.getProperty("user.name")));
    }

    /** As root it confines the part that strangers talk to in a directory, which the package's own service makes. */
    private static void prepareSeparation() {
        Path directory = Path.of("/run/sshd");
        if (System.getProperty("user.name").equals("root") && !Files.isDirectory(directory)) {
            try {
                Files.createDirectory(directory);
            } catch (IOException e) {
                Tool.missing("sshd needs " + directory + ", which cannot be made: " + e);
            }
        }
    }

    private static Path key(Lab lab, String name) throws Exception {
        Path key = lab.directory().resolve(name);
        lab.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key).succeeded();
        return key;
    }
}
