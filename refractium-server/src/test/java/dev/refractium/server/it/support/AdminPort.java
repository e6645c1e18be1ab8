package dev.refractium.server.it.support;

import dev.refractium.server.Refractium;
import dev.refractium.server.admin.AdminRules;
import dev.refractium.server.admin.AdminServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The HTTP listener for metrics and probes of a server in this process, as the command line opens it. */
public final class AdminPort implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient client = HttpClient.newHttpClient();

    private final AdminServer admin;

    private AdminPort(AdminServer admin) {
        this.admin = admin;
    }

    /** On a free loopback port, with the limits of the command line. */
    public static AdminPort of(Refractium server) throws Exception {
        AdminServer.limitClients();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new AdminPort(AdminServer.start(
                anyPort, new AdminRules(List.of(), false, Optional.empty()), server.administration()));
    }

    public InetSocketAddress address() {
        return admin.address();
    }

    public HttpResponse<String> get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + address().getPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Returns the status of the answer that {@code /ready} gives. */
    public int ready() throws Exception {
        return get("/ready").statusCode();
    }

    @Override
    public void close() {
        admin.close();
    }
}
