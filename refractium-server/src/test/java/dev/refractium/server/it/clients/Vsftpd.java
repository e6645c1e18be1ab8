package dev.refractium.server.it.clients;

import java.nio.file.Files;

/** A real FTP server that serves a directory to anonymous users. Its data connections go to it directly. */
final class Vsftpd {
    static final String GREETING = "220 Refractium test\r\n";

    private Vsftpd() {}

    /** Starts it and returns its port. */
    static int start(Lab lab) throws Exception {
        int port = Ports.free();
        lab.write("ftp/greeting.txt", "welcome");
        lab.write("ftp/second.txt", "second");
        Files.createDirectory(lab.directory().resolve("empty"));
        String configuration = """
                background=NO
                listen=YES
                listen_address=127.0.0.1
                listen_port=%1$d
                anonymous_enable=YES
                local_enable=NO
                anon_root=%2$s/ftp
                secure_chroot_dir=%2$s/empty
                pasv_address=127.0.0.1
                ftpd_banner=Refractium test
                xferlog_enable=NO
                isolate=NO
                isolate_network=NO
                seccomp_sandbox=NO
                run_as_launching_user=%3$s
                """.formatted(port, lab.directory(), isRoot() ? "NO" : "YES");
        lab.serve(() -> Ports.accepts(port), "vsftpd", lab.write("vsftpd.conf", configuration));
        return port;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }
}
