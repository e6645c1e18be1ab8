package dev.refractium.server.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** The clients of the demonstration: each connects, says what its protocol says first, and reads the answer. */
final class Clients {
    /** More than a silent client waits until it is taken for one. */
    private static final int TIMEOUT_MS = 5000;

    private static final int LONGEST_ANSWER = 4096;

    private Clients() {}

    /** Asks once, through the proxy. */
    interface Client {
        /** The answer as text, up to the end of a line that names a backend. */
        String ask(InetSocketAddress proxy) throws IOException;
    }

    /** Sends {@code first}, or nothing, by TCP. */
    static Client tcp(byte... first) {
        return proxy -> {
            try (Socket socket = connect(proxy)) {
                return converse(socket, first);
            }
        };
    }

    static Client http(String host) {
        return tcp(request(host));
    }

    /** HTTP over TLS; the certificate must be trusted and be {@code host}'s. */
    static Client https(String host, SSLContext trust) {
        return proxy -> {
            try (Socket plain = connect(proxy);
                    SSLSocket tls =
                            (SSLSocket) trust.getSocketFactory().createSocket(plain, host, proxy.getPort(), true)) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                tls.setSSLParameters(parameters);
                return converse(tls, request(host));
            }
        };
    }

    /** Asks for the text of {@code name} by UDP, once. */
    static Client dns(String name) {
        return proxy -> {
            short id = (short) ThreadLocalRandom.current().nextInt();
            byte[] query = question(id, name);
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(proxy);
                socket.setSoTimeout(TIMEOUT_MS);
                socket.send(new DatagramPacket(query, query.length));
                DatagramPacket answer = new DatagramPacket(new byte[512], 512);
                socket.receive(answer);
                ByteBuffer bytes = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
                if (bytes.remaining() < 12 || bytes.getShort() != id || bytes.getShort(6) == 0) {
                    throw new IOException("the answer is to another question, or has nothing in it");
                }
                return new String(answer.getData(), 0, answer.getLength(), ISO_8859_1);
            }
        };
    }

    private static Socket connect(InetSocketAddress proxy) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(TIMEOUT_MS);
        socket.connect(proxy, TIMEOUT_MS);
        return socket;
    }

    private static String converse(Socket socket, byte[] first) throws IOException {
        socket.getOutputStream().write(first);
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (answer.size() < LONGEST_ANSWER) {
            int read = in.read();
            if (read < 0) {
                throw new EOFException(answer.size() == 0 ? "closed without an answer" : "closed in mid-answer");
            }
            answer.write(read);
            if (read == '\n' && Backend.nameIn(answer.toString(ISO_8859_1)).isPresent()) {
                return answer.toString(ISO_8859_1);
            }
        }
        throw new IOException("an answer from nobody we know");
    }

    private static byte[] request(String host) {
        return ("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1);
    }

    /** A query with one question and recursion desired (RFC 1035, section 4.1). */
    private static byte[] question(short id, String name) {
        ByteBuffer query = ByteBuffer.allocate(12 + name.length() + 2 + 4);
        query.putShort(id)
                .putShort((short) 0x0100)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0);
        for (String label : name.split("\\.", -1)) {
            query.put((byte) label.length()).put(label.getBytes(ISO_8859_1));
        }
        query.put((byte) 0).putShort((short) DnsBackend.TXT).putShort((short) 1);
        return query.array();
    }
}
