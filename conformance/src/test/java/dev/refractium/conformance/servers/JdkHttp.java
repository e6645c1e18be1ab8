package dev.refractium.conformance.servers;

import com.sun.net.httpserver.HttpServer;
import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HTTP server. It has no virtual hosts: an application in it goes by the first Host line. */
public final class JdkHttp implements Server {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Starts one. */
    public JdkHttp() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String host = exchange.getRequestHeaders().getFirst("Host");
            exchange.getResponseHeaders().set(Replies.FIELD, HostHeader.virtualHost(host));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    @Override
    public String name() {
        return "JDK httpserver";
    }

    @Override
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
