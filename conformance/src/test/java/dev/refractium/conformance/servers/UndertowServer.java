package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.NameVirtualHostHandler;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Undertow with its handler of virtual hosts. */
public final class UndertowServer implements Server {
    private final Undertow server;

    /** Starts one. */
    public UndertowServer() {
        NameVirtualHostHandler hosts = new NameVirtualHostHandler();
        NAMES.forEach(name -> hosts.addHost(name, host(name)));
        hosts.setDefaultHandler(host(Replies.DEFAULT));
        server = Undertow.builder()
                .addHttpListener(0, InetAddress.getLoopbackAddress().getHostAddress())
                .setIoThreads(1)
                .setWorkerThreads(8)
                .setHandler(hosts)
                .build();
        server.start();
    }

    @Override
    public String name() {
        return "Undertow";
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static HttpHandler host(String name) {
        HttpString field = new HttpString(Replies.FIELD);
        return exchange -> {
            exchange.getResponseHeaders().put(field, name);
            exchange.endExchange();
        };
    }
}
