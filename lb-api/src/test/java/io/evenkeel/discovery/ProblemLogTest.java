package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemLogTest {

    private final List<String> lines = new ArrayList<>();
    private final ProblemLog log = new ProblemLog(p -> lines.add("new " + p), p -> lines.add("over " + p));

    @Test
    void tellsOfAProblemWhenItAppearsAndWhenItIsOver() {
        Problem a = new Problem("/a", "bad");
        Problem b = new Problem("/b", "bad");

        log.update(List.of(a, a));
        log.update(List.of(a, b));
        log.update(List.of(a, b));
        log.update(List.of(b));
        log.update(List.of(a, b));

        assertThat(lines).containsExactly("new /a: bad", "new /b: bad", "over /a: bad", "new /a: bad");
    }
}
