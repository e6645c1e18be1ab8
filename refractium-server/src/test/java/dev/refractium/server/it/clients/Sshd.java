package dev.refractium.server.it.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real OpenSSH server with a host key of its own, for a user with a key of his own. */
final class Sshd {
    private final Lab lab;
    private final int port;

    private Sshd(Lab lab, int port) {
        this.lab = lab;
        this.port = port;
    }

    static Sshd start(Lab lab) throws Exception {
        prepareSeparation();
        Path hostKey = key(lab, "host_key");
        Path userKey = key(lab, "user_key");
        int port = Ports.free();
        lab.write("known_hosts", "refractium.test " + Files.readString(Path.of(hostKey + ".pub")));
        Path configuration = lab.write("sshd_config", """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s
                AuthorizedKeysFile %s.pub
                PidFile none
                StrictModes no
                UsePAM no
                PermitRootLogin prohibit-password
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                Subsystem sftp internal-sftp
                """.formatted(port, hostKey, userKey));
        lab.serve(() -> Ports.accepts(port), "sshd", "-D", "-e", "-f", configuration);
        return new Sshd(lab, port);
    }

    int port() {
        return port;
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
