package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateTextsTest {

    @TempDir
    private Path folder;

    @Test
    void theEnvironmentComesBeforeFilesAndItsLinesEndWithTwoCharacters() throws Exception {
        Files.writeString(folder.resolve("HAPROXY_BACKEND_HEAD"), "backend {backend}\r\n  mode {mode}\r\n");
        Files.writeString(folder.resolve("HAPROXY_BACKEND_HTTP_OPTIONS"), "from a file");
        Files.writeString(folder.resolve("HAPROXY_SOMETHING"), "else");
        Map<String, String> environment =
                Map.of("HAPROXY_BACKEND_HTTP_OPTIONS", "one\\ntwo", "HAPROXY_FRONTEND_HEAD", "", "BACKEND_HEAD", "x");
        assertThat(TemplateTexts.find(environment, List.of(folder)))
                .isEqualTo(Map.of(
                        "BACKEND_HTTP_OPTIONS", "one\ntwo", "BACKEND_HEAD", "backend {backend}\n  mode {mode}\n"));
    }

    @Test
    void theSandboxComesBeforeTheImage() throws Exception {
        Path image = Files.createDirectory(folder.resolve("image"));
        Path sandbox = Files.createDirectories(folder.resolve("sandbox/templates"));
        Files.writeString(image.resolve("HAPROXY_BACKEND_HEAD"), "image");
        Files.writeString(sandbox.resolve("HAPROXY_BACKEND_HEAD"), "sandbox");
        assertThat(TemplateTexts.find(Map.of(), List.of(image, sandbox))).containsEntry("BACKEND_HEAD", "sandbox");
        Map<String, String> environment =
                Map.of("MESOS_SANDBOX", folder.resolve("sandbox").toString());
        assertThat(TemplateTexts.folders(environment)).containsExactly(Path.of("templates"), sandbox);
        assertThat(TemplateTexts.folders(Map.of())).containsExactly(Path.of("templates"));
    }

    @Test
    void whatHasNoEffectIsNamed() {
        Map<String, String> environment = Map.of(
                "HAPROXY_HEAD",
                "global",
                "HAPROXY_BACKEND_HEAD",
                "x",
                "HAPROXY_MAP_HTTP_FRONTEND_ACL",
                "use_backend x");
        assertThat(TemplateTexts.withoutEffect(environment, List.of()))
                .containsExactly("HAPROXY_HEAD", "HAPROXY_MAP_HTTP_FRONTEND_ACL");
        assertThat(TemplateTexts.find(environment, List.of())).containsOnlyKeys("BACKEND_HEAD");
    }

    @Test
    void theRedirectOfRootsIsForAllApplications() {
        assertThat(TemplateTexts.find(Map.of("HAPROXY_HTTP_BACKEND_REDIR", "redirect location {redirpath}"), List.of()))
                .isEqualTo(Map.of("HTTP_BACKEND_REDIR", "redirect location {redirpath}"));
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws Exception {
        Path file = Files.write(folder.resolve("HAPROXY_BACKEND_HEAD"), new byte[] {(byte) 0xFF});
        assertThatThrownBy(() -> TemplateTexts.find(Map.of(), List.of(folder)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("template " + file + ": ");
    }
}
