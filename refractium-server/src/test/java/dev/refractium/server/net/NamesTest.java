package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void anAddressOfAnInterfaceThatIsNotThereIsNotCalledAName() throws Exception {
        List<String> heard = new ArrayList<>();

        try (Names names = new Names()) {
            names.watch("fe80::1%no-such0", new Heard(heard)).get(30, TimeUnit.SECONDS);
        }

        assertThat(heard).containsExactly("no interface called no-such0 has a link-local address");
    }

    @Test
    void anAddressNeedsNoLookUp() throws Exception {
        List<String> heard = new ArrayList<>();

        try (Names names = new Names()) {
            names.watch("127.0.0.1", new Heard(heard)).get(30, TimeUnit.SECONDS);
        }

        assertThat(heard).containsExactly("127.0.0.1");
    }

    private record Heard(List<String> heard) implements Names.Watcher {
        @Override
        public void resolved(List<InetAddress> addresses) {
            addresses.forEach(address -> heard.add(address.getHostAddress()));
        }

        @Override
        public void unresolved(String reason) {
            heard.add(reason);
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }
}
