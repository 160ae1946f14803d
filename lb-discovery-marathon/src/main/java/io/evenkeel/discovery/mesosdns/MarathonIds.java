package io.evenkeel.discovery.mesosdns;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a Marathon id shows in what Mesos knows, and where it does for certain. */
final class MarathonIds {

    /*
     * Marathon writes the id into the task's, with _ for /, which no id contains: shop_web.<uuid>,
     * shop_web.marathon-<uuid>, shop_web.instance-<uuid>._app.1. The name in Mesos, web.shop, says less: it may also be
     * an id with a dot. And web-shop, the label in DNS, says nothing.
     */
    private static final Pattern TASK_ID =
            Pattern.compile("([^/]+)\\.(?:instance-|marathon-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:[._].*)?");

    private MarathonIds() {}

    /** The application's id, or an empty text if the task's id does not say. */
    static String of(String taskId, String label) {
        Matcher matcher = TASK_ID.matcher(taskId);
        if (!matcher.matches()) {
            return "";
        }
        String id = "/" + matcher.group(1).replace('_', '/');
        return label(taskName(id)).equals(label) || taskName(id).equals(label) ? id : "";
    }

    /** The name that Marathon gives the tasks of an application: {@code web.shop} for {@code /shop/web}. */
    static String taskName(String id) {
        List<String> parts = new ArrayList<>(Arrays.asList(id.substring(1).split("/", -1)));
        Collections.reverse(parts);
        return String.join(".", parts);
    }

    /** What Mesos-DNS makes of a name by default (RFC 1123). */
    private static String label(String name) {
        StringBuilder label = new StringBuilder();
        for (char c : name.toLowerCase(Locale.ROOT).toCharArray()) {
            if (c == '.' || c == '_' || c == '-') {
                label.append('-');
            } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                label.append(c);
            }
        }
        String cut = label.substring(0, Math.min(63, label.length()));
        return cut.replaceAll("^-+|-+$", "");
    }
}
