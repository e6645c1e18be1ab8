package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The JDK's TLS server sockets, with a key manager that goes by the server name that the session has. */
final class JdkTls implements Server {
    private final SSLServerSocket listener;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    JdkTls(Keys keys) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new ByName(keys)}, null, null);
        listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    @Override
    public String name() {
        return "JDK SSLServerSocket";
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException("the listener does not close", e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException("the listener fails", e);
                }
            }
        }
    }

    private static void serve(SSLSocket client) {
        try (client) {
            client.setSoTimeout(10_000);
            client.startHandshake();
        } catch (IOException e) {
            // The hello is refused, or the client has what it wants and leaves.
        }
    }

    private static final class ByName extends X509ExtendedKeyManager {
        private final Keys keys;

        ByName(Keys keys) {
            this.keys = keys;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
            SSLSocket client = (SSLSocket) socket;
            return alias(((ExtendedSSLSession) client.getHandshakeSession()).getRequestedServerNames());
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
            return alias(((ExtendedSSLSession) engine.getHandshakeSession()).getRequestedServerNames());
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {keys.certificate(alias)};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.key(alias);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return NAMES.toArray(String[]::new);
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
            return null;
        }

        /** Returns the last name's host, as careless applications do. */
        private static String alias(List<SNIServerName> requested) {
            String alias = Replies.DEFAULT;
            for (SNIServerName name : requested) {
                String text = new String(name.getEncoded(), StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
                alias = NAMES.contains(text) ? text : alias;
            }
            return alias;
        }
    }
}
