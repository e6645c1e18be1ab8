package dev.refractium.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExchangeTest {
    private final Exchange exchange = new Exchange(0);

    @Test
    void isCompleteOnceEachQuestionHasHadItsAnswers() {
        exchange.asked(1, 0);
        exchange.asked(1, 0);
        answered(3);
        assertThat(exchange.isComplete(2)).isFalse();

        answered(1);

        assertThat(exchange.isComplete(2)).isTrue();
        exchange.asked(1, 0);
        assertThat(exchange.isComplete(2)).isFalse();
    }

    @Test
    void isNeverCompleteWithoutANumberOfAnswers() {
        exchange.asked(1, 0);
        answered(5);

        assertThat(exchange.isComplete(0)).isFalse();
    }

    @Test
    void isEvenAtAsManyAnswersAsQuestions() {
        exchange.asked(1, 0);
        assertThat(exchange.isEven()).isFalse();

        answered(1);
        assertThat(exchange.isEven()).isTrue();

        answered(1);
        assertThat(exchange.isEven()).isFalse();
    }

    private void answered(int times) {
        for (int i = 0; i < times; i++) {
            exchange.answered(1, 0);
        }
    }
}
