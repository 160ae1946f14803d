package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.marathonlb.template.Templates.Template;
import java.util.Map;
import java.util.TreeMap;

/**
 * marathon-lb's own texts of what is done in one way only: another text takes the port out, where marathon-lb would use it.
 * Stateless.
 */
final class FixedTexts {

    private static final String REALM = "http-request auth realm \"{realm}\" if ";
    private static final String HOST = "host_{cleanedUpHostname}";
    private static final String HOST_ACL = "acl " + HOST + " hdr(host) -i {hostname} ";
    private static final String PATH_ACL = "acl path_{backend} path_beg {path}";
    private static final String AUTH_ACL = "acl auth_{cleanedUpHostname} http_auth(user_{backend})";
    private static final String NOT_KNOWN = " !auth_{cleanedUpHostname} ";
    private static final String USE = "use_backend {backend} if ";
    private static final String NAME = "{{ ssl_fc_sni {hostname} }}";
    private static final String WITH_PATH = ", where the path label is set";
    private static final String PATH = " path_{backend}";

    /** Blanks and ends of lines are one blank each. */
    private static final Map<String, String> OF_PASSWORDS = new TreeMap<>(Map.of(
            "USERLIST_HEAD",
            "userlist user_{backend} user {user} password {passwd}",
            "HTTP_FRONTEND_ACL_WITH_AUTH",
            HOST_ACL + AUTH_ACL + " " + REALM + HOST + NOT_KNOWN + USE + HOST,
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
            AUTH_ACL + " " + REALM + HOST + NOT_KNOWN + USE + HOST,
            "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
            HOST_ACL + AUTH_ACL + " " + PATH_ACL + " " + REALM + HOST + PATH + NOT_KNOWN + USE + HOST + PATH,
            "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
            PATH_ACL + " " + AUTH_ACL,
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
            REALM + HOST + PATH + NOT_KNOWN + USE + HOST + PATH,
            "HTTPS_FRONTEND_ACL_WITH_AUTH",
            AUTH_ACL + " " + REALM + NAME + NOT_KNOWN + USE + NAME,
            "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
            AUTH_ACL + " " + REALM + NAME + PATH + NOT_KNOWN + USE + NAME + PATH));

    /* It can only keep requests from coming in by the application's id, in ways that nobody has asked for yet. */
    private static final String APP_ID =
            "acl app_{cleanedUpAppId} hdr(x-marathon-app-id) -i {appId} use_backend {backend}"
                    + " if app_{cleanedUpAppId}";

    private static final String PROXYPASS =
            "http-request set-header Host {hostname} reqirep \"^([^ :]*)\\ {proxypath}/?(.*)\" \"\\1\\ /\\2\"";

    private static final String REVPROXY = "acl hdr_location res.hdr(Location) -m found rspirep \"^Location:"
            + " (https?://{hostname}(:[0-9]+)?)?(/.*)\" \"Location: {rootpath}\" if hdr_location";

    private FixedTexts() {}

    /** Refuses others. */
    static void require(Templates templates, PortFacts facts) {
        if (facts.authenticated()) {
            OF_PASSWORDS.forEach((name, own) -> templates.find(name).ifPresent(template -> {
                if (!words(template).equals(own)) { // which may hold a password, so it is not shown
                    throw wrong(template, "a text", ", where passwords are asked for");
                }
            }));
        }
        if (facts.http()) {
            require(templates, "HTTP_FRONTEND_APPID_ACL", APP_ID, "");
            if (facts.gluedPaths().get(0)) {
                require(templates, "HTTP_BACKEND_PROXYPASS_GLUE", PROXYPASS, WITH_PATH);
            }
            if (facts.gluedPaths().get(1)) {
                require(templates, "HTTP_BACKEND_REVPROXY_GLUE", REVPROXY, WITH_PATH);
            }
        }
    }

    private static void require(Templates templates, String name, String own, String where) {
        templates.find(name).ifPresent(template -> {
            if (!words(template).equals(own)) {
                throw wrong(template, words(template), where);
            }
        });
    }

    private static String words(Template template) {
        return words(template.text());
    }

    /** A text with one blank for all blanks and ends of lines. */
    static String words(String text) {
        return text.trim().replaceAll("\\s+", " ");
    }

    private static IllegalArgumentException wrong(Template template, String text, String where) {
        return template.wrong(new IllegalArgumentException(text + " (expected: marathon-lb's own" + where + ")"));
    }
}
