package dev.refractium.conformance.tls;

import dev.refractium.conformance.Served;
import dev.refractium.conformance.Server;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the server's first flight up to the certificate, whose subject is the name of the virtual host. */
public final class Flights {
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;
    private static final int FATAL = 2;
    private static final int SERVER_HELLO = 2;
    private static final int CERTIFICATE = 11;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int KEY_SHARE = 51;
    private static final int X25519_KEY = 32;

    private final byte[] sent;
    private final ByteArrayOutputStream handshake = new ByteArrayOutputStream();
    private int read;
    private @Nullable HandshakeKeys keys;

    private Flights(byte[] sent) {
        this.sent = sent;
    }

    /** As {@link dev.refractium.conformance.Reading}. */
    public static Optional<Served> read(byte[] sent, byte[] reply, boolean ended) {
        Optional<Served> served;
        try {
            served = new Flights(sent).records(reply);
        } catch (GeneralSecurityException | IndexOutOfBoundsException e) {
            return Optional.of(unread(sent, e));
        }
        return served.isEmpty() && ended ? Optional.of(new Served.Refused("closed")) : served;
    }

    /** Returns what an unreadable flight is: none that could be read, where the oddity is in the client's key. */
    private static Served unread(byte[] sent, Exception why) {
        String hello = new String(new Flights(sent).clientHello(), StandardCharsets.ISO_8859_1);
        return hello.contains(new String(HandshakeKeys.PUBLIC, StandardCharsets.ISO_8859_1))
                ? new Served.Unread("the flight cannot be read: " + why)
                : new Served.Refused("the client's key is another");
    }

    private Optional<Served> records(byte[] reply) throws GeneralSecurityException {
        for (int at = 0; at + 5 <= reply.length; at += 5 + Bytes.uint16At(reply, at + 3)) {
            int type = reply[at];
            if (type < 20 || type > APPLICATION_DATA) {
                return Optional.of(new Served.Refused("no TLS"));
            }
            int end = at + 5 + Bytes.uint16At(reply, at + 3);
            if (end > reply.length) {
                break;
            }
            byte[] header = Arrays.copyOfRange(reply, at, at + 5);
            Optional<Served> served = record(type, header, Arrays.copyOfRange(reply, at + 5, end));
            if (served.isPresent()) {
                return served;
            }
        }
        return Optional.empty();
    }

    private Optional<Served> record(int type, byte[] header, byte[] payload) throws GeneralSecurityException {
        if (type == APPLICATION_DATA && keys != null) {
            byte[] content = keys.decrypt(header, payload);
            int inner = content[content.length - 1];
            return record(inner, header, Arrays.copyOf(content, content.length - 1));
        }
        if (type == ALERT && payload[0] == FATAL) {
            return Optional.of(new Served.Refused("alert " + (payload[1] & 0xff)));
        }
        if (type == HANDSHAKE) {
            handshake.writeBytes(payload);
            return messages();
        }
        return Optional.empty();
    }

    private Optional<Served> messages() throws GeneralSecurityException {
        byte[] all = handshake.toByteArray();
        while (read + 4 <= all.length && read + 4 + Bytes.uint24At(all, read + 1) <= all.length) {
            int end = read + 4 + Bytes.uint24At(all, read + 1);
            byte[] message = Arrays.copyOfRange(all, read, end);
            read = end;
            if (message[0] == SERVER_HELLO) {
                serverHello(message);
            } else if (message[0] == CERTIFICATE) {
                return Optional.of(certificate(message));
            }
        }
        return Optional.empty();
    }

    /** Derives the keys, if the server has chosen TLS 1.3. */
    private void serverHello(byte[] message) throws GeneralSecurityException {
        int at = 4 + 2 + 32;
        at += 1 + (message[at] & 0xff);
        int suite = Bytes.uint16At(message, at);
        at += 2 + 1;
        boolean modern = false;
        byte[] share = new byte[0];
        for (at += 2; at + 4 <= message.length; at += 4 + Bytes.uint16At(message, at + 2)) {
            int type = Bytes.uint16At(message, at);
            int length = Bytes.uint16At(message, at + 2);
            modern |= type == SUPPORTED_VERSIONS;
            if (type == KEY_SHARE && length == 4 + X25519_KEY) {
                share = Arrays.copyOfRange(message, at + 8, at + 8 + X25519_KEY);
            }
        }
        if (modern && share.length > 0) {
            keys = new HandshakeKeys(suite, share, Bytes.join(clientHello(), message));
        }
    }

    /** Returns the client's first message, without its records. */
    private byte[] clientHello() {
        ByteArrayOutputStream payloads = new ByteArrayOutputStream();
        for (int at = 0; at + 5 <= sent.length && sent[at] >= 20 && sent[at] <= 23; ) {
            int end = Math.min(sent.length, at + 5 + Bytes.uint16At(sent, at + 3));
            if (sent[at] == HANDSHAKE) {
                payloads.write(sent, at + 5, end - at - 5);
            }
            at = end;
        }
        byte[] all = payloads.toByteArray();
        return Arrays.copyOf(all, Math.min(all.length, 4 + Bytes.uint24At(all, 1)));
    }

    private Served certificate(byte[] message) throws GeneralSecurityException {
        int at = keys == null ? 4 : 4 + 1 + (message[4] & 0xff);
        at += 3;
        int length = Bytes.uint24At(message, at);
        ByteArrayInputStream encoded = new ByteArrayInputStream(message, at + 3, length);
        X509Certificate certificate =
                (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(encoded);
        String subject = certificate.getSubjectX500Principal().getName();
        return Server.NAMES.stream()
                .filter(name -> subject.equals("CN=" + name))
                .<Served>map(Served.Host::new)
                .findFirst()
                .orElseGet(Served.Default::new);
    }
}
