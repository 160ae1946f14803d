package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OwnLabelTest {

    @Test
    void theTableIsTheDocumentsOne() throws Exception {
        String text = Files.readString(Path.of("LABELS.md"));

        assertThat(text)
                .as(
                        "LABELS.md has the table that the code prints; replace it by:%n%s",
                        String.join("\n", OwnLabel.table()))
                .contains(String.join("\n", OwnLabel.table()));
    }

    @Test
    void everyLabelSaysWhatItMayBe() {
        assertThat(OwnLabel.values()).allSatisfy(label -> {
            assertThat(label.expected()).isNotBlank();
            assertThat(label.otherwise()).isNotBlank();
            assertThat(label.meaning()).isNotBlank().doesNotContain("|");
        });
    }
}
