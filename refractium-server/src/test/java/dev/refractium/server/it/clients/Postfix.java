package dev.refractium.server.it.clients;

import java.nio.file.Files;

/** A real Postfix with a queue of its own. It answers clients, and delivers nothing. */
final class Postfix {
    private Postfix() {}

    /** Starts it with these lines of its {@code main.cf} and {@code master.cf}, the first of which is the port it serves. */
    static void start(Lab lab, String main, String master) throws Exception {
        if (!System.getProperty("user.name").equals("root")) {
            Tool.missing("postfix must be started by root");
        }
        lab.write("postfix/main.cf", """
                compatibility_level = 3.6
                queue_directory = %1$s/spool
                data_directory = %1$s/postfix-data
                maillog_file = %1$s/maillog
                maillog_file_prefixes = %1$s
                myhostname = mail.test
                mydestination = mail.test
                local_recipient_maps =
                alias_maps =
                smtpd_peername_lookup = no
                """.formatted(lab.directory()) + main);
        lab.write("postfix/master.cf", master + """
                rewrite unix - - n - - trivial-rewrite
                anvil unix - - n - 1 anvil
                cleanup unix n - n - 0 cleanup
                qmgr unix n - n 300 1 qmgr
                postlog unix-dgram n - n - 1 postlogd
                """);
        Files.createDirectory(lab.directory().resolve("spool"));
        int port = Recipe.port(master);
        lab.serve(() -> lab.accepts(port), "postfix", "-c", lab.directory().resolve("postfix"), "start-fg");
    }
}
