package io.evenkeel.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private final ConnectException refused = new ConnectException("refused");

    @Test
    void goesToEachOfThreeEndpointsOnceAndNoFurther() throws Exception {
        try (LoadBalancer lb = Lone.over(at(1), at(2), at(3), at(4))) {
            Attempts attempts = Attempts.at(lb.cluster("web"));
            Set<Endpoint> tried = new HashSet<>();

            Lease lease = attempts.first();
            for (int i = 0; i < 2; i++) {
                tried.add(lease.endpoint());
                lease = attempts.after(lease, refused);
            }
            tried.add(lease.endpoint());
            Lease last = lease;

            assertThat(tried).hasSize(3);
            assertThatThrownBy(() -> attempts.after(last, refused)).isSameAs(refused);
            assertThat(tried)
                    .allSatisfy(one -> assertThat(Lone.count(lb, one, Outcome.CONNECT_FAILED))
                            .isEqualTo(1));
            assertThat(Lone.inFlight(lb)).isZero();
        }
    }

    @Test
    void spendTheBudgetThatAllCallersOfTheServiceShare() throws Exception {
        try (LoadBalancer lb = Lone.over(at(1), at(2))) {
            RetryBudget budget = lb.cluster("web").retryBudget();
            Attempts attempts = Attempts.at(lb.cluster("web"));
            Lease first = attempts.first();
            while (budget.tryRetry()) {
                // until there is none left
            }

            assertThatThrownBy(() -> attempts.after(first, refused)).isSameAs(refused);

            assertThat(first.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(Lone.inFlight(lb)).isZero();
        }
    }

    @Test
    void countsHowManyThereMayBe() throws Exception {
        try (LoadBalancer lb = Lone.over(at(1), at(2))) {
            Attempts attempts = new Attempts(lb.cluster("web"), 3);

            Lease first = attempts.first();
            assertThat(attempts.left()).isEqualTo(2);
            attempts.after(first, refused).close();
            assertThat(attempts.left()).isEqualTo(1);
        }
    }

    @Test
    void endsWithAFailureOfWhichSomethingMayHaveBeenSent() throws Exception {
        try (LoadBalancer lb = Lone.over(at(1))) {
            assertEnds(lb, new EOFException(), Outcome.RESET);
            assertEnds(lb, new SocketTimeoutException(), Outcome.TIMEOUT);
        }
    }

    private static void assertEnds(LoadBalancer lb, IOException failure, Outcome outcome) throws Exception {
        Attempts attempts = Attempts.at(lb.cluster("web"));
        Lease lease = attempts.first();

        assertThatThrownBy(() -> attempts.after(lease, failure)).isSameAs(failure);
        assertThat(lease.stats().count(outcome)).isEqualTo(1);
        assertThat(lease.stats().inFlight()).isZero();
    }

    private static Endpoint at(int port) {
        return Endpoint.of("127.0.0.1", port);
    }
}
