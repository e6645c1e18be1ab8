package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.Callback;

/** Jetty with a context for each virtual host. */
public final class Jetty implements Server {
    private final org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    /** Starts one. */
    public Jetty() throws Exception {
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        ContextHandlerCollection contexts = new ContextHandlerCollection();
        for (String name : NAMES) {
            ContextHandler context = new ContextHandler(new Host(name), "/");
            context.setVirtualHosts(List.of(name));
            contexts.addHandler(context);
        }
        contexts.addHandler(new ContextHandler(new Host(Replies.DEFAULT), "/"));
        server.setHandler(contexts);
        server.start();
    }

    @Override
    public String name() {
        return "Jetty";
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty does not stop", e);
        }
    }

    private static final class Host extends Handler.Abstract.NonBlocking {
        private final String name;

        Host(String name) {
            this.name = name;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(Replies.FIELD, name);
            callback.succeeded();
            return true;
        }
    }
}
