package dev.refractium.server.proxyprotocol;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** An input is the first bytes of a connection. */
class HeaderFuzzTest {
    @FuzzTest
    void anyBytesAreAnswered(byte[] bytes) {
        HeaderPromises.check(bytes, true);
    }
}
