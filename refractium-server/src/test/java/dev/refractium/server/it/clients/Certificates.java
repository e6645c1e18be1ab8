package dev.refractium.server.it.clients;

import java.nio.file.Path;

/** A certificate authority of a test's own, made by the openssl of this machine. */
final class Certificates {
    private final Lab lab;
    private final Path authority;
    private final Path authorityKey;

    Certificates(Lab lab) throws Exception {
        this.lab = lab;
        this.authority = lab.directory().resolve("ca.pem");
        this.authorityKey = lab.directory().resolve("ca.key");
        openssl("/CN=Refractium test authority", authority, authorityKey);
    }

    /** A server's certificate and key, in files. */
    record Pair(Path certificate, Path key) {}

    /** The certificate that clients trust. */
    Path authority() {
        return authority;
    }

    /** A certificate for one server name. */
    Pair issue(String name) throws Exception {
        Path certificate = lab.directory().resolve(name + ".pem");
        Path key = lab.directory().resolve(name + ".key");
        openssl(
                "/CN=" + name,
                certificate,
                key,
                "-CA",
                authority,
                "-CAkey",
                authorityKey,
                "-addext",
                "subjectAltName=DNS:" + name,
                "-addext",
                "basicConstraints=critical,CA:FALSE");
        return new Pair(certificate, key);
    }

    private void openssl(String subject, Path certificate, Path key, Object... more) throws Exception {
        Object[] request = {
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            subject,
            "-out",
            certificate,
            "-keyout",
            key
        };
        Object[] command = new Object[request.length + more.length];
        System.arraycopy(request, 0, command, 0, request.length);
        System.arraycopy(more, 0, command, request.length, more.length);
        lab.run(command).succeeded();
    }
}
