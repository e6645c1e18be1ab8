package dev.refractium.server.demo;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The keys of the demonstration's TLS servers. They come with Refractium, so everybody has them: good for nothing else.
 * Made by keytool, one entry a backend: {@code -genkeypair -keyalg EC -groupname secp256r1 -ext san=dns:NAME}.
 */
final class Certificates {
    private static final String FILE = "demo.p12";
    private static final char[] PASSWORD = "refractium".toCharArray();

    private final KeyStore all;

    Certificates() throws IOException {
        try (InputStream file = Objects.requireNonNull(Certificates.class.getResourceAsStream(FILE), FILE)) {
            all = KeyStore.getInstance("PKCS12");
            all.load(file, PASSWORD);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the demo's keys", e);
        }
    }

    /** A server with the key of this backend and no other. */
    SSLContext server(String backend) throws IOException {
        try {
            Key key = all.getKey(backend, PASSWORD);
            KeyStore own = empty();
            own.setKeyEntry(backend, key, PASSWORD, all.getCertificateChain(backend));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the demo's key of " + backend, e);
        }
    }

    /** A client that trusts these backends and nobody else. */
    SSLContext client(List<String> backends) throws IOException {
        try {
            KeyStore trusted = empty();
            for (String backend : backends) {
                trusted.setCertificateEntry(backend, all.getCertificate(backend));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot trust the demo's certificates", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        return store;
    }
}
