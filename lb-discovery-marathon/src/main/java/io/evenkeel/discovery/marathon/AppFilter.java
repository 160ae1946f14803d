package io.evenkeel.discovery.marathon;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Which applications and pods a source is about. Marathon filters what it lists, so that answers stay small; its filter by
 * id takes any part of an id, so everything is looked at again here.
 *
 * @param group the group that they must be in, such as {@code /shop}; {@code /} for all
 * @param selector what their labels must be like
 */
record AppFilter(String group, Optional<LabelSelector> selector) {

    static AppFilter of(MarathonConfig config) {
        return new AppFilter(config.group(), config.labelSelector().map(LabelSelector::parse));
    }

    /** What is added to the query of a list, beginning with {@code &} if it is not empty. */
    String query() {
        String byGroup = group.equals("/") ? "" : "&id=" + encode(group + "/");
        return byGroup
                + selector.map(labels -> "&label=" + encode(labels.toString())).orElse("");
    }

    boolean has(String id) {
        return group.equals("/") || id.startsWith(group + "/");
    }

    boolean has(App app) {
        return has(app.id(), app.labels());
    }

    boolean has(String id, Map<String, String> labelled) {
        return has(id) && selector.map(labels -> labels.matches(labelled)).orElse(true);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
