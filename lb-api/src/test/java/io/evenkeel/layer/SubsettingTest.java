package io.evenkeel.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubsettingTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void allAperturesTogetherGiveEveryEndpointItsShare(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int n = 1 + random.nextInt(200);
        int clients = 1 + random.nextInt(60);
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            endpoints.add(Endpoints.endpoint("task-" + i, 10_000 + i, 1 + random.nextInt(seed % 2 == 0 ? 1 : 9)));
        }
        double[] load = new double[n];
        for (int client = 0; client < clients; client++) {
            Subset subset = Subsetting.aperture(client, clients).choose(endpoints);
            double[] weights = weights(subset, endpoints);
            double sum = 0;
            for (double weight : weights) {
                sum += weight;
            }
            for (int i = 0; i < weights.length; i++) {
                load[subset.place(i)] += weights[i] / sum / clients;
            }
        }

        double total = endpoints.stream().mapToInt(Endpoint::weight).sum();
        for (int i = 0; i < n; i++) {
            assertThat(load[i])
                    .as("seed %d, %d clients, endpoint %d of %d", seed, clients, i, n)
                    .isCloseTo(endpoints.get(i).weight() / total, within(1e-9));
        }
    }

    private static double[] weights(Subset subset, List<Endpoint> endpoints) {
        double[] weights = new double[subset.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = subset.hasWeights()
                    ? subset.weight(i)
                    : endpoints.get(subset.place(i)).weight();
        }
        return weights;
    }

    @ParameterizedTest
    @CsvSource({"1000,50", "100,100", "37,1000", "13,2", "100000,10000"})
    void anApertureIsAtLeastAsWideAsItMustBeAndHardlyWider(int n, int clients) {
        List<Endpoint> endpoints = Endpoints.endpoints(Math.min(n, 50_000));
        int size = Subsetting.aperture(clients / 2, clients).choose(endpoints).size();

        double perClient = (double) endpoints.size() / clients;
        assertThat(size).isGreaterThanOrEqualTo(Math.min(12, endpoints.size()));
        assertThat((double) size).isLessThanOrEqualTo(12 + perClient + 2);
    }

    @Test
    void choosesTheSameWhateverTheOrderOfTheList() {
        List<Endpoint> endpoints = Endpoints.endpoints(100);
        List<Endpoint> shuffled = new ArrayList<>(endpoints);
        Collections.shuffle(shuffled, new Random(1));
        for (Subsetting rule :
                List.of(Subsetting.aperture(3, 20), Subsetting.lots(3, 12), Subsetting.random("client-3", 200, 12))) {
            assertThat(chosen(rule, shuffled)).as("%s", rule).isEqualTo(chosen(rule, endpoints));
        }
    }

    @ParameterizedTest
    @CsvSource({"100,12,64", "1000,20,200", "37,5,40", "4096,12,1000", "99,33,7"})
    void lotsGiveEveryEndpointAsManyClientsGiveOrTakeOne(int n, int size, int clients) {
        List<Endpoint> endpoints = Endpoints.endpoints(n);
        int[] users = new int[n];
        for (int client = 0; client < clients; client++) {
            Subset subset = Subsetting.lots(client, size).choose(endpoints);
            assertThat(subset.size()).isBetween(size, 2 * size);
            for (int i = 0; i < subset.size(); i++) {
                users[subset.place(i)]++;
            }
        }

        int least = Integer.MAX_VALUE;
        int most = 0;
        for (int count : users) {
            least = Math.min(least, count);
            most = Math.max(most, count);
        }
        assertThat(most - least).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 150, 190})
    void oneEndpointMoreOrLessChangesTwoMembersOfALotsSubsetAtMost(int n) {
        List<Endpoint> before = Endpoints.endpoints(n);
        List<Endpoint> after = new ArrayList<>(before);
        after.remove(n / 3);
        for (int client = 0; client < 40; client++) {
            Subsetting rule = Subsetting.lots(client, 12);
            assertThat(newIn(chosen(rule, before), chosen(rule, after))).isLessThanOrEqualTo(2);
            assertThat(newIn(chosen(rule, after), chosen(rule, before))).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void oneEndpointMoreOrLessChangesOneMemberOfARandomSubsetAtMost() {
        List<Endpoint> before = Endpoints.endpoints(300);
        List<Endpoint> after = new ArrayList<>(before);
        after.remove(100);
        int changed = 0;
        for (int client = 0; client < 400; client++) {
            Subsetting rule = Subsetting.random("client-" + client, 4_000, 30);
            int one = newIn(chosen(rule, before), chosen(rule, after));
            assertThat(one).isLessThanOrEqualTo(1);
            changed += one;
        }
        assertThat(changed)
                .as("those of 400 who had the one that left, 40 are expected")
                .isBetween(15, 75);
    }

    @Test
    void randomSubsetsAreSpreadAsChanceWillHaveIt() {
        int n = 100;
        List<Endpoint> endpoints = Endpoints.endpoints(n);
        int[] users = new int[n];
        for (int client = 0; client < 1_000; client++) {
            Subset subset = Subsetting.random("client-" + client, 1_000, 10).choose(endpoints);
            assertThat(subset.size()).isEqualTo(10);
            for (int i = 0; i < subset.size(); i++) {
                users[subset.place(i)]++;
            }
        }

        double squares = 0;
        for (int count : users) {
            squares += (count - 100.0) * (count - 100.0);
            assertThat(count).isBetween(50, 160); // five standard deviations
        }
        assertThat(squares / n).as("variance, binomial: 90").isBetween(45.0, 160.0);
    }

    @Test
    void randomSubsetsAreNeverTooSmallToCoverEverybody() {
        List<Endpoint> endpoints = Endpoints.endpoints(100);

        assertThat(Subsetting.random("a", 5, 6).choose(endpoints).size()).isEqualTo(100);
        assertThat(Subsetting.random("a", 50, 6).choose(endpoints).size()).isEqualTo(40);
        assertThat(Subsetting.random("a", 1_000, 6).choose(endpoints).size()).isEqualTo(6);
    }

    @Test
    void knowsWhatToDoWithNoneWithOneAndWithVeryMany() {
        List<Endpoint> many = Endpoints.endpoints(50_000);
        for (Subsetting rule : List.of(
                Subsetting.aperture(3, 20), Subsetting.lots(3, 12), Subsetting.random("client-3", 2_000_000, 12))) {
            assertThat(rule.choose(List.of()).size()).isZero();
            assertThat(rule.choose(many.subList(0, 1)).size()).isEqualTo(1);
            assertThat(rule.choose(many).size()).as("%s", rule).isBetween(12, 3_000);
        }
    }

    @Test
    void namesBadValues() {
        assertThatThrownBy(() -> Subsetting.aperture(0, 0)).hasMessage("clients: 0 (expected: 1 to 1048576)");
        assertThatThrownBy(() -> Subsetting.aperture(3, 3)).hasMessage("client: 3 (expected: 0 to 2)");
        assertThatThrownBy(() -> Subsetting.aperture(-1, 3)).hasMessage("client: -1 (expected: 0 to 2)");
        assertThatThrownBy(() -> Subsetting.aperture(1, 3, 0)).hasMessage("width: 0 (expected: >= 1)");
        assertThatThrownBy(() -> Subsetting.lots(-1, 3)).hasMessage("client: -1 (expected: >= 0)");
        assertThatThrownBy(() -> Subsetting.lots(1, 0)).hasMessage("size: 0 (expected: >= 1)");
        assertThatThrownBy(() -> Subsetting.random("a", 0, 1)).hasMessage("clients: 0 (expected: >= 1)");
        assertThatThrownBy(() -> Subsetting.random("a", 1, 0)).hasMessage("size: 0 (expected: >= 1)");
        assertThatThrownBy(() -> Subset.of(new int[] {1, 1})).hasMessage("place: 1 (expected: > 1)");
        assertThatThrownBy(() -> Subset.of(new int[] {1}, new double[] {0}))
                .hasMessage("weight: 0.0 (expected: finite and > 0)");
        assertThatThrownBy(() -> Subset.of(new int[] {1}, new double[0]))
                .hasMessage("weights: 0 (expected: 1, one per place)");
    }

    private static Set<String> chosen(Subsetting rule, List<Endpoint> endpoints) {
        Subset subset = rule.choose(endpoints);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < subset.size(); i++) {
            ids.add(endpoints.get(subset.place(i)).id());
        }
        return ids;
    }

    private static int newIn(Set<String> before, Set<String> after) {
        Set<String> added = new HashSet<>(after);
        added.removeAll(before);
        return added.size();
    }
}
