package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarathonLbLabelsTest {

    @Test
    void groupsAreSplitAtCommasAndNotTrimmed() {
        assertThat(groups("HAPROXY_GROUP", "external,internal")).containsExactly("external", "internal");
        assertThat(groups("HAPROXY_GROUP", "internal, external")).containsExactly("internal", " external");
        assertThat(groups("HAPROXY_GROUP", "external ,internal")).containsExactly("external ", "internal");
        assertThat(groups("HAPROXY_GROUP", "")).containsExactly("");
        assertThat(groups("HAPROXY_GROUP", "a,,b,")).containsExactly("a", "", "b", "");
        assertThat(groups()).isEmpty();
    }

    @Test
    void aPortsOwnGroupsReplaceTheApplications() {
        assertThat(groups("HAPROXY_GROUP", "external", "HAPROXY_0_GROUP", "internal"))
                .containsExactly("internal");
        assertThat(groups("HAPROXY_GROUP", "external", "HAPROXY_0_GROUP", "")).containsExactly("");
        assertThat(groups("HAPROXY_GROUP", "external", "HAPROXY_1_GROUP", "internal"))
                .containsExactly("external");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "TRUE", "True", "t", "T", "yes", "Yes", "y", "Y"})
    void fourWordsAreTrueInAnyCase(String word) {
        assertThat(labels("HAPROXY_0_ENABLED", word).isTrue(MarathonLbLabels.ENABLED, false))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "no", "1", "on", "", " true", "true ", "truE!", "tr", "enabled"})
    void everyOtherWordIsFalse(String word) {
        assertThat(labels("HAPROXY_0_ENABLED", word).isTrue(MarathonLbLabels.ENABLED, true))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsNotSaidIsTheDefault(boolean otherwise) {
        assertThat(labels().isTrue(MarathonLbLabels.ENABLED, otherwise)).isEqualTo(otherwise);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HAPROXY_VHOST", "HAPROXY__VHOST", "HAPROXY_00_VHOST", "HAPROXY_1_VHOST", "haproxy_0_vhost"})
    void onlyThePortsOwnIndexIsRead(String name) {
        assertThat(labels(name, "a.example").get(MarathonLbLabels.VHOST)).isNull();
    }

    @Test
    void anIndexOfTwoDigitsIsNotTakenForOne() {
        Map<String, String> labels = Apps.labels(
                "HAPROXY_1_VHOST", "one", "HAPROXY_10_VHOST", "ten", "HAPROXY_10_BACKEND_HEAD", "backend x");
        assertThat(new MarathonLbLabels(labels, 1).get(MarathonLbLabels.VHOST)).isEqualTo("one");
        assertThat(new MarathonLbLabels(labels, 10).get(MarathonLbLabels.VHOST)).isEqualTo("ten");
        assertThat(new MarathonLbLabels(labels, 1).get("BACKEND_HEAD")).isNull();
        assertThat(new MarathonLbLabels(labels, 10).get("BACKEND_HEAD")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "HAPROXY_0_BACKEND_HEAD, false",
        "HAPROXY_0_HTTPS_FRONTEND_ACL_WITH_PATH, false",
        "HAPROXY_0_BACKEND_WEIGHT, false",
        "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL, false",
        "HAPROXY_0_HTTP_BACKEND_PROXYPASS_PATH, false",
        "HAPROXY_0_SOMETHING_ELSE, false",
        "HAPROXY_0_MAP_HTTP_FRONTEND_ACL, true", // marathon-lb asks for the label without MAP instead
        "HAPROXY_0_BACKEND_HEADER, true", // no template has this name
        "HAPROXY_0_TCP_BACKEND_ACL_ALLOW_DENY, true", // for all applications only
        "HAPROXY_1_BACKEND_HEADER, false" // of another port
    })
    void whatOnlyLooksLikeATemplateIsTold(String label, boolean told) {
        assertThat(labels(label, "x").noTemplates()).isEqualTo(told ? java.util.Set.of(label) : java.util.Set.of());
    }

    private static List<String> groups(String... labels) {
        return labels(labels).groups();
    }

    private static MarathonLbLabels labels(String... labels) {
        return new MarathonLbLabels(Apps.labels(labels), 0);
    }
}
