package dev.refractium.server.it.clients;

import java.util.concurrent.Callable;

/** A real nginx, in one process and with nothing of the machine's own configuration. */
final class Nginx {
    private Nginx() {}

    /** Starts one nginx with these blocks of its configuration, and waits until {@code port} is served. */
    static void start(Lab lab, int port, String servers) throws Exception {
        start(lab, () -> lab.accepts(port), servers);
    }

    /** Starts one nginx with these blocks of its configuration, and waits until {@code ready}. */
    static void start(Lab lab, Callable<Boolean> ready, String servers) throws Exception {
        String configuration = """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_max_body_size 20m;
                    client_body_temp_path body;
                    proxy_temp_path proxy;
                    fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi;
                    scgi_temp_path scgi;
                    %s
                }
                """.formatted(servers);
        lab.write("nginx.conf", configuration);
        lab.serve(ready, "nginx", "-e", "stderr", "-p", lab.directory() + "/", "-c", "nginx.conf");
    }
}
