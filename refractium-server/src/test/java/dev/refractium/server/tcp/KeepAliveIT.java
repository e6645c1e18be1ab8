package dev.refractium.server.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.TestedIo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer whose cable is pulled is noticed: three seconds here stand for the two minutes of all servers. */
class KeepAliveIT {
    private static final String NETWORK = "ip link set lo up && nft add table inet cut"
            + " && nft 'add chain inet cut in { type filter hook input priority 0; }'";

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void peerThatVanishedIsNoticedWithinTheTimeOfKeepAlive(String io, @TempDir Path directory) throws Exception {
        OwnNetwork network = new OwnNetwork(directory.resolve("out"), NETWORK);

        List<String> said = network.run(CutCable.class, TestedIo.usable(io));

        List<String> ends =
                said.stream().filter(line -> line.startsWith("cut=")).toList();
        ends.forEach(line -> System.out.println("keepalive: " + io + ": " + line));
        assertThat(ends).hasSize(io.equals("epoll") ? 4 : 2).allSatisfy(KeepAliveIT::isNoticed);
    }

    private static void isNoticed(String line) {
        String cut = line.substring("cut=".length(), line.indexOf(' '));
        assertThat(line).contains("ended=" + cut + "-reset");
        assertThat(Integer.parseInt(line.substring(line.indexOf("ms=") + 3))).isBetween(1_000, 10_000);
    }
}
