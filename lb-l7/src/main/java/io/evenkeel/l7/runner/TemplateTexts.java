package io.evenkeel.l7.runner;

import io.evenkeel.l7.marathonlb.template.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Texts for all applications in the place of marathon-lb's templates, found where marathon-lb looks for them. Stateless. */
final class TemplateTexts {

    /** Templates of whole frontends and of look-ups in maps, which are not made of text here. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "HEAD",
            "HTTP_FRONTEND_HEAD",
            "HTTP_FRONTEND_APPID_HEAD",
            "HTTPS_FRONTEND_HEAD",
            "HTTPS_GROUPED_FRONTEND_HEAD",
            "HTTPS_GROUPED_VHOST_FRONTEND_ACL",
            "HTTPS_GROUPED_VHOST_BACKEND_HEAD",
            "HTTPS_GROUPED_VHOST_FRONTEND_HEAD",
            "HTTP_BACKEND_ACL_ALLOW_DENY",
            "TCP_BACKEND_ACL_ALLOW_DENY",
            "MAP_HTTP_FRONTEND_ACL",
            "MAP_HTTP_FRONTEND_ACL_ONLY",
            "MAP_HTTP_FRONTEND_APPID_ACL",
            "MAP_HTTPS_FRONTEND_ACL");

    private TemplateTexts() {}

    /** The folders that marathon-lb's image takes templates from, the later ones before the earlier ones. */
    static List<Path> folders(Map<String, String> environment) {
        List<Path> folders = new ArrayList<>(List.of(Path.of("templates")));
        String sandbox = environment.getOrDefault("MESOS_SANDBOX", "");
        if (!sandbox.isEmpty()) {
            folders.add(Path.of(sandbox, "templates"));
        }
        return folders;
    }

    /**
     * Finds them.
     *
     * @param environment where {@code HAPROXY_NAME} comes before files, {@code \n} for each end of a line
     * @param folders where files {@code HAPROXY_NAME} may be
     * @return the texts by the templates' names
     * @throws IllegalArgumentException if a file cannot be read
     */
    static Map<String, String> find(Map<String, String> environment, List<Path> folders) {
        Map<String, String> texts = new HashMap<>();
        Set<String> names = new TreeSet<>(Templates.OF_PORTS);
        names.add(Templates.ROOT_REDIRECT);
        for (String name : names) {
            String text = text(name, environment, folders);
            if (!text.isEmpty()) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    /** The names of those that are there but have no effect. */
    static List<String> withoutEffect(Map<String, String> environment, List<Path> folders) {
        return WITHOUT_EFFECT.stream()
                .filter(name -> !text(name, environment, folders).isEmpty())
                .collect(java.util.stream.Collectors.toCollection(TreeSet::new))
                .stream()
                .map(name -> "HAPROXY_" + name)
                .toList();
    }

    private static String text(String name, Map<String, String> environment, List<Path> folders) {
        String text = environment.getOrDefault("HAPROXY_" + name, "");
        if (!text.isEmpty()) {
            return text.replace("\\n", "\n");
        }
        for (Path folder : folders) {
            Path file = folder.resolve("HAPROXY_" + name);
            if (Files.isRegularFile(file)) {
                try {
                    text = Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n");
                } catch (IOException e) {
                    throw new IllegalArgumentException("template " + file + ": " + e + " (expected: a text)", e);
                }
            }
        }
        return text;
    }
}
