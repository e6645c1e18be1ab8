package dev.refractium.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersTest {
    @ParameterizedTest
    @CsvSource({
        "proxy, proxy, true",
        "root, proxy, true",
        "0, proxy, true",
        "mallory, proxy, false",
        "proxy, root, true",
        "65534, 0, true",
    })
    void answersAreBelievedOfOneselfAndOfRootAndByRoot(String user, String self, boolean believed) {
        assertThat(Users.isBelieved(user, self)).isEqualTo(believed);
    }
}
