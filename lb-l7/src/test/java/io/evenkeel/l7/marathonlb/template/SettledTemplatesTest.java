package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates for what is done in one way only, and those that marathon-lb does not use for a port. */
class SettledTemplatesTest extends PortTemplatesFixture {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP_BACKEND_PROXYPASS_GLUE",
                "HTTP_BACKEND_REVPROXY_GLUE",
                "HTTP_FRONTEND_APPID_ACL",
            })
    void otherTextsForWhatIsDoneInOneWayOnlyAreRefused(String name) {
        String own = ONE_WAY.get(name);
        for (String text : List.of("something", "", own + "  http-request deny\n", own.replaceFirst("\\{", "x{"))) {
            refusesWherePasswordsAndPathsAre(name, text, text.trim().replaceAll("\\s+", " ") + " (expected: ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "USERLIST_HEAD",
                "HTTP_FRONTEND_ACL_WITH_AUTH",
                "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
                "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
                "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
                "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
                "HTTPS_FRONTEND_ACL_WITH_AUTH",
                "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
            })
    void otherTextsForPasswordsAreRefusedAndNotShown(String name) {
        String own = ONE_WAY.get(name);
        for (String text : List.of("something", "", own + "  http-request deny\n", own.replaceFirst("\\{", "x{"))) {
            refusesWherePasswordsAndPathsAre(
                    name, text, "a text (expected: marathon-lb's own, where passwords are asked for)");
        }
        assertThat(read(true, name, "something").rules()).isNotNull(); // nobody asks for one here
    }

    @Test
    void nobodyIsAllowedPastThePassword() {
        Map<String, String> labels =
                Map.of("HTTPS_FRONTEND_ACL_ONLY_WITH_PATH", "http-request allow if {{ path /open }}");
        assertThatThrownBy(() -> PortTemplates.read(
                        templates(labels), facts(true, true, "w.example", "/x", false), remarks::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label L_HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: http-request allow if { path /open } (expected:"
                        + " none where passwords are asked for)");
    }

    /* As marathon-lb chooses them. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            w     ;    ; false ; false ; HTTP_FRONTEND_ACL, HTTPS_FRONTEND_ACL
            w     ;    ; true  ; false ; HTTP_FRONTEND_ACL, BACKEND_REDIRECT_HTTP_TO_HTTPS, HTTPS_FRONTEND_ACL
            w     ; /x ; false ; false ; HTTP_FRONTEND_ACL_WITH_PATH, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH,\
            HTTPS_FRONTEND_ACL_WITH_PATH
            w     ; /x ; true  ; true  ; HTTP_FRONTEND_ACL_ONLY, HTTP_FRONTEND_ACL_ONLY_WITH_PATH,\
            BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            w     ;    ; false ; true  ;
            w     ;    ; true  ; true  ; HTTP_FRONTEND_ACL, BACKEND_REDIRECT_HTTP_TO_HTTPS
            w     ; /x ; false ; true  ; HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            w,v   ;    ; false ; false ; HTTP_FRONTEND_ACL_ONLY, HTTP_FRONTEND_ROUTING_ONLY, HTTPS_FRONTEND_ACL
            w,v   ;    ; false ; true  ; HTTP_FRONTEND_ACL_ONLY
            w,v   ; /x ; false ; true  ; HTTP_FRONTEND_ACL_ONLY, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            w,v   ; /x ; true  ; true  ; HTTP_FRONTEND_ACL_ONLY, BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH,\
            HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            """)
    void whatMarathonLbDoesNotUseIsTold(String hosts, String path, boolean redirect, boolean passwords, String used) {
        PortFacts facts = facts(true, passwords, hosts, path == null ? "" : path, redirect);
        for (String name : Templates.OF_PORTS) {
            if (name.matches("HTTPS?_FRONTEND_(?!APPID).*|BACKEND_REDIRECT_.*") && !name.contains("AUTH")) {
                remarks.clear();
                // of no consequence, but another text than marathon-lb's own
                Map<String, String> labels =
                        Map.of(name, "acl host_{cleanedUpHostname} hdr(host) -i x\nacl path_{backend} path_beg /x");
                PortTemplates.read(templates(labels), facts, remarks::add);
                boolean isUsed =
                        used != null && List.of(used.trim().split(",\\s*", -1)).contains(name);
                assertThat(remarks).as(name).hasSize(isUsed ? 0 : 1);
            }
        }
    }

    private void refusesWherePasswordsAndPathsAre(String name, String text, String message) {
        Map<String, String> labels = Map.of(name, text);
        assertThatThrownBy(() -> PortTemplates.read(templates(labels), facts(true, true), remarks::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label L_" + name + ": " + message);
    }

    @Test
    void marathonLbsOwnTextsForWhatIsDoneInOneWayOnlyChangeNothing() {
        TemplateEffects effects = PortTemplates.read(templates(ONE_WAY), facts(true, true), remarks::add);
        assertThat(effects.rules().edits().isEmpty()).isFalse(); // the headers of marathon-lb's own options
        assertThat(effects.plain()).isEmpty();
        assertThat(effects.secure()).isEmpty();
        assertThat(remarks).isEmpty();
    }

    /* As marathon-lb's source has them. */
    private static final Map<String, String> ONE_WAY = Map.ofEntries(
            Map.entry("USERLIST_HEAD", "\nuserlist user_{backend}\n  user {user} password {passwd}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_WITH_AUTH",
                    "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                            + "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
                    "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
                    "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                            + "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  acl path_{backend} path_beg {path}\n"
                            + "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname} path_{backend}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname} path_{backend}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
                    "  acl path_{backend} path_beg {path}\n"
                            + "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"),
            Map.entry(
                    "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
                    "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname} path_{backend}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname} path_{backend}\n"),
            Map.entry(
                    "HTTPS_FRONTEND_ACL_WITH_AUTH",
                    "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if {{ ssl_fc_sni {hostname} }}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if {{ ssl_fc_sni {hostname} }}\n"),
            Map.entry(
                    "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
                    "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if {{ ssl_fc_sni {hostname} }} path_{backend}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if {{ ssl_fc_sni {hostname} }} path_{backend}\n"),
            Map.entry(
                    "HTTP_BACKEND_PROXYPASS_GLUE",
                    "  http-request set-header Host {hostname}\n"
                            + "  reqirep  \"^([^ :]*)\\ {proxypath}/?(.*)\" \"\\1\\ /\\2\"\n"),
            Map.entry(
                    "HTTP_BACKEND_REVPROXY_GLUE",
                    "  acl hdr_location res.hdr(Location) -m found\n"
                            + "  rspirep \"^Location: (https?://{hostname}(:[0-9]+)?)?(/.*)\" \"Location:   {rootpath}\""
                            + " if hdr_location\n"),
            Map.entry(
                    "HTTP_FRONTEND_APPID_ACL",
                    "  acl app_{cleanedUpAppId} hdr(x-marathon-app-id) -i {appId}\n"
                            + "  use_backend {backend} if app_{cleanedUpAppId}\n"));
}
