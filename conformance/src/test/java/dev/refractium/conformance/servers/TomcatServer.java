package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;

/** Tomcat with a Host for each name. */
public final class TomcatServer implements Server {
    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector();

    /**
     * Starts one.
     *
     * @param directory for what Tomcat writes
     */
    public TomcatServer(Path directory) throws LifecycleException {
        tomcat.setBaseDir(directory.resolve("tomcat").toString());
        connector.setPort(0);
        connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        tomcat.setConnector(connector);
        tomcat.getEngine().setDefaultHost(Replies.DEFAULT);
        add(Replies.DEFAULT);
        NAMES.forEach(this::add);
        tomcat.start();
    }

    @Override
    public String name() {
        return "Tomcat";
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new IllegalStateException("Tomcat does not stop", e);
        }
    }

    private void add(String name) {
        StandardHost host = new StandardHost();
        host.setName(name);
        host.addValve(new Answer(name));
        tomcat.getEngine().addChild(host);
        tomcat.addContext(host, "", null);
    }

    /** Answers before Tomcat looks for a servlet; the status stays what it is, as a malformed request comes here too. */
    private static final class Answer extends ValveBase {
        private final String name;

        Answer(String name) {
            super(true);
            this.name = name;
        }

        @Override
        public void invoke(Request request, Response response) {
            response.setHeader(Replies.FIELD, name);
        }
    }
}
