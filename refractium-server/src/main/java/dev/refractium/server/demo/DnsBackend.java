package dev.refractium.server.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.refractium.api.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** A name server that answers every question for TXT with its own name, and every other with nothing (RFC 1035). */
final class DnsBackend implements Backend {
    /** The type of a text record. */
    static final int TXT = 16;

    private static final int HEADER = 12;
    private static final int ANSWER_FLAGS = 0x8480; // a response, with authority; "recursion available", as dig expects
    private static final int NAME_OF_QUESTION = 0xC000 | HEADER; // a pointer to it
    private static final int IN = 1;
    private static final int LARGEST = 512;

    private final String name;
    private final DatagramSocket socket;

    DnsBackend(String name) throws IOException {
        this.name = name;
        this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "demo-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Transport transport() {
        return Transport.UDP;
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LARGEST);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            } catch (BufferUnderflowException e) {
                // No question in it: no answer.
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private byte[] answer(ByteBuffer query) {
        int id = query.getShort();
        query.position(HEADER);
        for (int label = query.get(); label > 0; label = query.get()) {
            query.position(Math.min(query.position() + label, query.limit()));
        }
        int type = query.getShort();
        query.getShort(); // the class
        byte[] question = new byte[query.position() - HEADER];
        query.position(HEADER).get(question);
        byte[] text = Backend.signature(name).getBytes(ISO_8859_1);
        boolean known = type == TXT;
        ByteBuffer answer = ByteBuffer.allocate(LARGEST);
        answer.putShort((short) id).putShort((short) ANSWER_FLAGS);
        answer.putShort((short) 1).putShort((short) (known ? 1 : 0)).putInt(0);
        answer.put(question);
        if (known) {
            answer.putShort((short) NAME_OF_QUESTION).putShort((short) TXT).putShort((short) IN);
            answer.putInt(0)
                    .putShort((short) (text.length + 1))
                    .put((byte) text.length)
                    .put(text);
        }
        byte[] bytes = new byte[answer.position()];
        answer.flip().get(bytes);
        return bytes;
    }
}
