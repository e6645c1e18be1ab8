package dev.refractium.server.it.support;

import dev.refractium.api.Transport;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;

/**
 * Asks a wildcard UDP listener at every IPv4 address of this machine, and prints those that answered from the address
 * that was asked. A program of its own, to be run where addresses may be added.
 */
public final class AskedAddresses {
    private AskedAddresses() {}

    public static void main(String[] arguments) throws Exception {
        List<String> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address)
                .map(InetAddress::getHostAddress)
                .sorted()
                .toList();
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1");
                Proxy proxy = Proxy.of(Proxy.builder()
                        .bind("0.0.0.0")
                        .transports(Transport.UDP)
                        .fallback(Transport.UDP, backend.address()))) {
            for (String address : own) {
                InetSocketAddress asked =
                        new InetSocketAddress(address, proxy.udp().getPort());
                try (UdpClient client = UdpClient.from("127.0.0.1", asked)) {
                    System.out.println("answered " + client.send(address).read());
                }
            }
        }
    }
}
