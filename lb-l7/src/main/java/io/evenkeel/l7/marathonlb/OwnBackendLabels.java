package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.BackendLimits;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.BackendPolicy;
import io.evenkeel.l7.Compression;
import io.evenkeel.l7.RetryRule;
import io.evenkeel.l7.marathonlb.template.TemplateEffects;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what the labels of our own ask of a port's backend. Stateless. They come before what templates say. */
final class OwnBackendLabels {

    private static final int MOST_RETRIES = 100;

    private OwnBackendLabels() {}

    static void read(MarathonLbLabels labels, TemplateEffects effects, BackendOptions.Builder options) {
        options.limits(limits(labels).or(effects.limits()));
        options.rules(effects.rules()
                .with(HeaderLabels.edits(
                        labels, OwnLabel.REQUEST_HEADERS, effects.rules().edits())));
        options.responseEdits(HeaderLabels.edits(labels, OwnLabel.RESPONSE_HEADERS, effects.responseEdits()));
        compression(labels, options);
        options.policy(policy(labels));
    }

    private static BackendLimits limits(MarathonLbLabels labels) {
        return new BackendLimits(
                OwnValues.duration(labels, OwnLabel.TIMEOUT_CONNECT),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_CLIENT),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_SERVER),
                OwnValues.duration(labels, OwnLabel.TIMEOUT_TUNNEL),
                OwnValues.number(labels, OwnLabel.RETRIES, 0, MOST_RETRIES));
    }

    private static BackendPolicy policy(MarathonLbLabels labels) {
        BackendPolicy policy = BackendPolicy.NONE;
        if (labels.has(OwnLabel.RETRY_ON)) {
            policy = policy.withRetries(retries(labels));
        }
        return policy;
    }

    private static RetryRule retries(MarathonLbLabels labels) {
        boolean reset = false;
        List<Integer> statuses = new ArrayList<>();
        for (String word : OwnValues.list(labels.get(OwnLabel.RETRY_ON))) {
            OptionalInt status = OwnValues.number(word, 400, 599);
            if (word.equals("reset")) {
                reset = true;
            } else if (status.isPresent()) {
                statuses.add(status.getAsInt());
            } else if (!word.equals("connect")) {
                throw labels.wrong(OwnLabel.RETRY_ON);
            }
        }
        return new RetryRule(reset, statuses);
    }

    private static void compression(MarathonLbLabels labels, BackendOptions.Builder options) {
        String value = labels.get(OwnLabel.COMPRESSION);
        if (value.isEmpty()) {
            return;
        }
        String[] parts = value.split("\\s+", 2);
        List<String> types = parts.length == 1 ? List.of() : OwnValues.list(parts[1]);
        boolean named = parts.length == 1 || !types.isEmpty();
        if (!parts[0].toLowerCase(Locale.ROOT).equals("gzip")
                || !named
                || !types.stream().allMatch(type -> type.matches("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]*"))) {
            throw labels.wrong(OwnLabel.COMPRESSION);
        }
        options.compression(new Compression(types));
    }

    /** Those of a port's labels that mean nothing where it passes bytes, by their full names. */
    static List<String> withoutEffectInTcp(MarathonLbLabels labels) {
        return Stream.of(OwnLabel.values())
                .filter(label -> label.isHttpOnly() && labels.has(label))
                .map(labels::name)
                .collect(Collectors.toList());
    }
}
