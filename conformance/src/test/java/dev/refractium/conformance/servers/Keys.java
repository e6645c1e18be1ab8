package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import dev.refractium.conformance.http.Replies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A key and a certificate for each virtual host, made by keytool and good for one run. */
public final class Keys {
    private static final String PASSWORD = "conformance";

    private final Map<String, PrivateKey> keys = new HashMap<>();
    private final Map<String, X509Certificate> certificates = new HashMap<>();

    /** @param directory where the key store is written */
    public Keys(Path directory) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = directory.resolve("keys.p12");
        for (String name : names()) {
            make(file, name);
        }
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        for (String name : names()) {
            keys.put(name, (PrivateKey) store.getKey(name, PASSWORD.toCharArray()));
            certificates.put(name, (X509Certificate) store.getCertificate(name));
        }
    }

    /** Returns the names that have a key, the default one first. */
    static List<String> names() {
        List<String> names = new ArrayList<>(List.of(Replies.DEFAULT));
        names.addAll(Server.NAMES);
        return names;
    }

    PrivateKey key(String name) {
        return Objects.requireNonNull(keys.get(name), name);
    }

    X509Certificate certificate(String name) {
        return Objects.requireNonNull(certificates.get(name), name);
    }

    /** Writes a file {@code NAME.pem} for each name: its certificate and its key. */
    void writeTo(Path directory) throws IOException {
        try {
            for (String name : names()) {
                String text = pem("CERTIFICATE", certificate(name).getEncoded())
                        + pem("PRIVATE KEY", key(name).getEncoded());
                Files.writeString(directory.resolve(name + ".pem"), text);
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("a key cannot be written", e);
        }
    }

    private static String pem(String kind, byte[] bytes) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
    }

    private static void make(Path file, String name) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD,
                        "-alias",
                        name,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "30")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
    }
}
