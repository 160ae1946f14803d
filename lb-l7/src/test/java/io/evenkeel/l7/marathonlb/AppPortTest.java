package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.BasicAuth;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.marathonlb.AppPort.Mode;
import io.evenkeel.strategy.Balance;
import io.evenkeel.strategy.Strategy;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppPortTest {

    private static final String HASH = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";

    private final List<String> remarks = new ArrayList<>();

    @Test
    void withoutLabelsAPortPassesBytesOnItsServicePort() {
        AppPort port = of();
        assertThat(port.name()).isEqualTo("shop_web_10000");
        assertThat(port.listen().port()).isEqualTo(10000);
        assertThat(port.listen().address()).isEqualTo("*");
        assertThat(port.mode()).isEqualTo(Mode.TCP);
        assertThat(port.balance().strategy()).isEqualTo(Strategy.weighted());
        assertThat(port.vhosts().hosts()).isEmpty();
        assertThat(port.vhosts().path()).isSameAs(PathPrefixes.ANY);
        assertThat(port.vhosts().weight()).isZero();
        assertThat(port.vhosts().redirectToHttps()).isFalse();
        assertThat(port.options().hsts()).isFalse();
        assertThat(port.options().allowed().contains(InetAddress.getLoopbackAddress()))
                .isTrue();
        assertThat(remarks).isEmpty();
    }

    @Test
    void hostsOfOurOwnLabelAreNamesEndingsAnExpressionOrAll() {
        AppPort port = of("HAPROXY_0_VHOST", "a.example", "LB_0_VHOST", "B.example, a.example *.Shop.example,*");
        assertThat(port.mode()).isEqualTo(Mode.HTTP);
        assertThat(port.vhosts().hosts()).containsExactly("a.example", "b.example");
        assertThat(port.vhosts().wider())
                .extracting(wider -> wider.pattern())
                .containsExactly(HostPattern.suffix(".shop.example"), HostPattern.ANY);
        assertThat(of("LB_0_VHOST", "~[a-z]{1,3}\\.example").vhosts().wider()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "w*.example; w*.example (expected: a name, *.name, * or one ~expression alone)",
                "*.; *. (expected: a name, *.name, * or one ~expression alone)",
                "a.example,~x; ~x (expected: a name, *.name, * or one ~expression alone)",
                "~; ~ (expected: an expression of 1 to 512 letters after the tilde)",
            })
    void otherHostsAreRefused(String value, String message) {
        assertThatThrownBy(() -> of("LB_0_VHOST", value)).hasMessage("label LB_0_VHOST: " + message);
    }

    @Test
    void anExpressionThatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> of("LB_0_VHOST", "~(a")).hasMessageContaining("label LB_0_VHOST: ");
        assertThatThrownBy(() -> of("LB_0_VHOST", "*", "LB_0_TLS_PASSTHROUGH", "true"))
                .hasMessage("label LB_0_VHOST: * (expected: names or *.name, since LB_0_TLS_PASSTHROUGH is set)");
        assertThatThrownBy(() -> of("LB_0_VHOST", "*", "HAPROXY_0_MODE", "tcp"))
                .hasMessage("label HAPROXY_0_MODE: tcp (expected: http, since LB_0_VHOST is set)");
    }

    @Test
    void aLabelOfOurOwnThatThereIsNotIsReported() {
        of("LB_0_RETIRES", "3", "LB_1_RETIRES", "of another port");
        assertThat(remarks)
                .singleElement()
                .asString()
                .startsWith("label LB_0_RETIRES: has no effect (expected: one of VHOST, TLS_PASSTHROUGH, ");
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, a.example",
        "A.Example, a.example",
        "'a.example,b.example', a.example b.example",
        "'a.example, b.example', a.example b.example",
        "'a.example b.example', a.example b.example",
        "'a.example,', a.example",
        "',,a.example', a.example",
        "'a.example,A.EXAMPLE', a.example",
        "'*.example', *.example", // nothing but a name
        "'', ''",
        "'  ', ''",
    })
    void virtualHostsAreAListInLowerCase(String label, String hosts) {
        assertThat(String.join(" ", of("HAPROXY_0_VHOST", label).vhosts().hosts()))
                .isEqualTo(hosts);
    }

    @ParameterizedTest
    @CsvSource({
        "HAPROXY_0_VHOST, a.example, HTTP",
        "HAPROXY_0_VHOST, '', TCP",
        "HAPROXY_1_VHOST, a.example, TCP",
        "HAPROXY_0_MODE, http, HTTP",
        "HAPROXY_0_MODE, HTTP, HTTP",
        "HAPROXY_0_MODE, TCP, TCP",
    })
    void theModeComesFromItsLabelOrAVirtualHost(String label, String value, Mode mode) {
        assertThat(of(label, value).mode()).isEqualTo(mode);
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP, 0, 0, HTTP",
        "HTTP, 1, 0, TCP", // of another port
        "HTTP, -1, 8080, HTTP", // of a fixed port, which stands for every port
        "HTTP, -1, 0, TCP",
        "HTTPS, 0, 0, TCP",
        "MESOS_HTTP, 0, 0, TCP",
        "MESOS_HTTPS, 0, 0, TCP",
        "TCP, 0, 0, TCP",
        "COMMAND, -1, 0, TCP",
    })
    void onlyAnHttpCheckOfThePortMakesItSpeakHttp(String protocol, int portIndex, int port, Mode mode) {
        assertThat(of(Apps.checked(app(), Apps.check(protocol, portIndex, port)))
                        .mode())
                .isEqualTo(mode);
    }

    @Test
    void theFirstCheckOfThePortDecidesAndTheModeLabelBeatsIt() {
        DeclaredCheck tcp = Apps.check("TCP", 0, 0);
        DeclaredCheck http = Apps.check("HTTP", 0, 0);
        assertThat(of(Apps.checked(app(), tcp, http)).mode()).isEqualTo(Mode.TCP);
        assertThat(of(Apps.checked(app(), Apps.check("TCP", 1, 0), http)).mode())
                .isEqualTo(Mode.HTTP);
        assertThat(of(Apps.checked(app("HAPROXY_0_MODE", "tcp"), http)).mode()).isEqualTo(Mode.TCP);
    }

    @Test
    void tcpAndAVirtualHostContradictEachOther() {
        refuses(
                "label HAPROXY_0_MODE: tcp (expected: http, since HAPROXY_0_VHOST is set)",
                "HAPROXY_0_MODE",
                "tcp",
                "HAPROXY_0_VHOST",
                "a.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "udp", "http "})
    void anotherModeIsRefused(String mode) {
        refuses("label HAPROXY_0_MODE: " + mode + " (expected: http or tcp)", "HAPROXY_0_MODE", mode);
    }

    @Test
    void thePortLabelChangesThePortAndTheName() {
        AppPort port = of("HAPROXY_0_PORT", "8080");
        assertThat(port.listen().port()).isEqualTo(8080);
        assertThat(port.name()).isEqualTo("shop_web_8080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "80 81", "0x50", "8080.0", "99999999999"})
    void aPortLabelThatIsNoNumberIsRefused(String value) {
        refuses("label HAPROXY_0_PORT: " + value + " (expected: a whole number)", "HAPROXY_0_PORT", value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "65536"})
    void aPortThatDoesNotExistIsRefused(String value) {
        refuses("service port: " + value + " (expected: 1 to 65535)", "HAPROXY_0_PORT", value);
        Service none = Apps.app("/shop/web", 0);
        assertThatThrownBy(() -> of(none)).hasMessage("service port: 0 (expected: 1 to 65535)");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "::1, ::1", "*, *", "'', *"})
    void theBindAddressIsALiteralOrAll(String label, String address) {
        assertThat(of("HAPROXY_0_BIND_ADDR", label).listen().address()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "nonsense", "10.0.0.256", "127.0.0.1:80", "127.0.0.1 ssl"})
    void aBindAddressThatIsNoAddressIsRefused(String value) {
        refuses(
                "label HAPROXY_0_BIND_ADDR: " + value + " (expected: an IP address or *)",
                "HAPROXY_0_BIND_ADDR",
                value);
    }

    @ParameterizedTest
    @CsvSource({
        ", , 0",
        "7, , 7",
        "-3, , -3",
        "+3, , 3",
        "' 3 ', , 3",
        ", /api, 1",
        "0, /api, 1",
        "5, /api, 5",
        "-1, /api, -1",
        ", ' ', 0" // no path at all
    })
    void aPathAddsWeightToARuleWithoutAny(String weight, String path, int expected) {
        List<String> labels = new ArrayList<>(List.of("HAPROXY_0_VHOST", "a.example"));
        if (weight != null) {
            labels.addAll(List.of("HAPROXY_0_BACKEND_WEIGHT", weight));
        }
        if (path != null) {
            labels.addAll(List.of("HAPROXY_0_PATH", path));
        }
        assertThat(of(labels.toArray(String[]::new)).vhosts().weight()).isEqualTo(expected);
    }

    @Test
    void aPathWithoutAVirtualHostIsIgnored() {
        assertThat(of("HAPROXY_0_PATH", "/api").vhosts().path()).isSameAs(PathPrefixes.ANY);
        assertThat(of("HAPROXY_0_PATH", "/api", "HAPROXY_0_VHOST", "a.example")
                        .vhosts()
                        .path())
                .isNotSameAs(PathPrefixes.ANY);
    }

    @Test
    void aWeightThatIsNoNumberIsRefused() {
        refuses(
                "label HAPROXY_0_BACKEND_WEIGHT: heavy (expected: a whole number)",
                "HAPROXY_0_BACKEND_WEIGHT",
                "heavy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "roundrobin",
                "static-rr",
                "leastconn",
                "random",
                "random(3)",
                "first",
                "source",
                "uri",
                "uri depth 2",
                "url_param id",
                "hdr(X-User)"
            })
    void algorithmsThatAreAvailableAreUsedWithoutARemark(String balance) {
        AppPort port = of("HAPROXY_0_BALANCE", balance, "HAPROXY_0_MODE", "http");
        assertThat(port.balance()).isEqualTo(Balance.parse(balance));
        assertThat(port.algorithm()).isEqualTo(balance.replaceFirst("[ (].*", ""));
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "url_param id check_post, url_param id, check_post, only the query is looked at",
        "url_param id check_post 48, url_param id, check_post 48, only the query is looked at",
        "hdr(host) use_domain_only, hdr(host), use_domain_only, the whole name counts"
    })
    void whatElseABalanceLooksAtIsToldAndDoesNotTakeThePortOut(String asked, String done, String word, String why) {
        assertThat(of("HAPROXY_0_BALANCE", asked, "HAPROXY_0_MODE", "http").balance())
                .isEqualTo(
                        of("HAPROXY_0_BALANCE", done, "HAPROXY_0_MODE", "http").balance());
        assertThat(remarks).containsExactly("balance " + asked + " (" + word + " is not applied: " + why + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "uri, tcp, it takes mode http",
        "url_param id, tcp, it takes mode http",
        "hdr(X-User), tcp, it takes mode http",
        "rdp-cookie(mstshash), tcp, this algorithm is not available",
        "rdp-cookie(mstshash), http, this algorithm is not available"
    })
    void algorithmsThatAreNotAvailableAreReplacedAndReported(String balance, String mode, String why) {
        AppPort port = of("HAPROXY_0_BALANCE", balance, "HAPROXY_0_MODE", mode);
        assertThat(port.balance().strategy()).isEqualTo(Strategy.weighted());
        assertThat(port.algorithm()).isEqualTo("roundrobin");
        assertThat(remarks)
                .containsExactly(
                        "label HAPROXY_0_BALANCE: " + balance + " (balanced by roundrobin, since " + why + ")");
    }

    @Test
    void argumentsThatCannotBeReadAreReported() {
        refuses(
                "label HAPROXY_0_BALANCE, balance: uri depth x (expected: a number >= 1 instead of x)",
                "HAPROXY_0_BALANCE",
                "uri depth x",
                "HAPROXY_0_MODE",
                "http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "RoundRobin", "robin", "leastconnections", "(x)"})
    void anUnknownAlgorithmIsRefused(String balance) {
        assertThatThrownBy(() -> of("HAPROXY_0_BALANCE", balance))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label HAPROXY_0_BALANCE: " + balance + " (expected: roundrobin, ");
    }

    @Test
    void redirectAndHstsAreMarathonLbsBooleans() {
        AppPort port = of("HAPROXY_0_REDIRECT_TO_HTTPS", "Yes", "HAPROXY_0_USE_HSTS", "T");
        assertThat(port.vhosts().redirectToHttps()).isTrue();
        assertThat(port.options().hsts()).isTrue();
        AppPort not = of("HAPROXY_0_REDIRECT_TO_HTTPS", "1", "HAPROXY_0_USE_HSTS", "on");
        assertThat(not.vhosts().redirectToHttps()).isFalse();
        assertThat(not.options().hsts()).isFalse();
    }

    @Test
    void theAccessListKeepsOthersOut() throws Exception {
        AppPort port = of("HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL", "10.0.0.0/8 127.0.0.1/32");
        assertThat(port.options().allowed().contains(InetAddress.getLoopbackAddress()))
                .isTrue();
        assertThat(port.options().allowed().contains(InetAddress.getByName("11.0.0.1")))
                .isFalse();
        assertThat(of("HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL", " ")
                        .options()
                        .allowed()
                        .contains(InetAddress.getByName("11.0.0.1")))
                .isTrue();
    }

    @Test
    void anAccessListThatCannotBeReadLetsNobodyIn() {
        refuses(
                "label HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL: office (expected: an IP address or a network like"
                        + " 10.0.0.0/8)",
                "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL",
                "10.0.0.0/8 office");
    }

    @Test
    void whatIsPassedOnUndecryptedIsOfModeTcpAndKnowsHostsOnly() {
        AppPort port = of("HAPROXY_0_VHOST", "a.example", "LB_0_TLS_PASSTHROUGH", "true");
        assertThat(port.mode()).isEqualTo(Mode.TCP);
        assertThat(port.vhosts().passthrough()).isTrue();
        assertThat(of("HAPROXY_0_VHOST", "a.example", "LB_0_TLS_PASSTHROUGH", "false")
                        .mode())
                .isEqualTo(Mode.HTTP);
        assertThatThrownBy(() -> of("LB_0_TLS_PASSTHROUGH", "true"))
                .hasMessage("label LB_0_TLS_PASSTHROUGH: true (expected: HAPROXY_0_VHOST with it)");
        assertThatThrownBy(() -> of("HAPROXY_0_VHOST", "a", "HAPROXY_0_PATH", "/x", "LB_0_TLS_PASSTHROUGH", "true"))
                .hasMessage("label LB_0_TLS_PASSTHROUGH: true (expected: no HAPROXY_0_PATH with it)");
        assertThatThrownBy(() -> of("HAPROXY_0_VHOST", "a", "HAPROXY_0_MODE", "http", "LB_0_TLS_PASSTHROUGH", "true"))
                .hasMessage("label HAPROXY_0_MODE: http (expected: tcp, since LB_0_TLS_PASSTHROUGH is set)");
        assertThatThrownBy(() -> of("HAPROXY_0_VHOST", "a", "LB_0_TLS_PASSTHROUGH", "1"))
                .hasMessage("label LB_0_TLS_PASSTHROUGH: 1 (expected: true or false)");
    }

    @Test
    void tasksMayBeSpokenToOverTls() {
        assertThat(of("HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "insecure")
                        .options()
                        .tls())
                .isEqualTo(BackendTls.UNVERIFIED);
        assertThat(of("HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "false")
                        .options()
                        .tls())
                .isNull();
        assertThat(of(
                                "HAPROXY_0_MODE",
                                "http",
                                "LB_0_BACKEND_TLS",
                                "TRUE",
                                "LB_0_BACKEND_TLS_CA",
                                "/ca.pem",
                                "LB_0_BACKEND_TLS_SNI",
                                "web.example",
                                "LB_0_BACKEND_TLS_CERT",
                                "/own.pem")
                        .options()
                        .tls())
                .isEqualTo(BackendTls.VERIFIED
                        .withAuthorities(Path.of("/ca.pem"))
                        .withServerName("web.example")
                        .withCertificate(Path.of("/own.pem")));
        assertThatThrownBy(() -> of("HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "yes"))
                .hasMessage("label LB_0_BACKEND_TLS: yes (expected: true, insecure or false)");
        assertThatThrownBy(() -> of("LB_0_BACKEND_TLS", "true"))
                .hasMessage("label LB_0_BACKEND_TLS: true (expected: mode http with it)");
        assertThatThrownBy(() -> of("HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS_SNI", "a"))
                .hasMessage("label LB_0_BACKEND_TLS_SNI: a (expected: LB_0_BACKEND_TLS with it)");
        assertThatThrownBy(() ->
                        of("HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "insecure", "LB_0_BACKEND_TLS_CA", "/ca.pem"))
                .hasMessage("label LB_0_BACKEND_TLS_CA: /ca.pem (expected: LB_0_BACKEND_TLS=true with it)");
    }

    @Test
    void whatWouldBeServedUnprotectedIsNotServed() {
        assertThatThrownBy(() -> of("HAPROXY_0_BIND_OPTIONS", "verify required"))
                .hasMessageStartingWith("label HAPROXY_0_BIND_OPTIONS: verify required (expected: ca-file with it)");
        assertThatThrownBy(() -> of("HAPROXY_0_BIND_OPTIONS", "interface eth0"))
                .hasMessageStartingWith("label HAPROXY_0_BIND_OPTIONS: interface (expected: ");
        assertThatThrownBy(() -> of("HAPROXY_0_BACKEND_HEAD", "backend x"))
                .hasMessage("label HAPROXY_0_BACKEND_HEAD: backend x (expected: backend shop_web_10000)");
    }

    @Test
    void thePasswordLabelNamesRealmUserAndHash() {
        BasicAuth auth =
                of("HAPROXY_0_AUTH", "My Realm:alice:" + HASH).vhosts().auth().orElseThrow();
        assertThat(auth.realm()).isEqualTo("My Realm");
        assertThat(auth.user()).isEqualTo("alice");
        assertThat(of().vhosts().auth()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "realm", "realm:user", "realm:user:hash:more", "realm:user:secret", "realm::" + HASH})
    void aPasswordLabelThatCannotBeReadTakesThePortOutAndIsNotShown(String label) {
        assertThatThrownBy(() -> of("HAPROXY_0_AUTH", label, "HAPROXY_0_VHOST", "a.example"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label HAPROXY_0_AUTH: ")
                .message()
                .doesNotContain("secret", HASH)
                .contains("expected: ");
    }

    @Test
    void stickinessIsMarathonLbsBoolean() {
        assertThat(of("HAPROXY_0_STICKY", "true").options().sticky()).isNotNull();
        assertThat(of("HAPROXY_0_STICKY", "1").options().sticky()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP_BACKEND_REDIR, /a b, /a b (expected: a location of printable ASCII characters without blanks)",
        "HTTP_BACKEND_REVPROXY_PATH, /a b, /a b (expected: a path of printable ASCII characters without blanks)",
        "HTTP_BACKEND_PROXYPASS_PATH, /(a, /(a (expected: a prefix of paths as a regular expression; missing closing ))"
    })
    void whatCannotBeRewrittenToIsRefused(String label, String value, String message) {
        refuses("label HAPROXY_0_" + label + ": " + message, "HAPROXY_0_" + label, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/([a-z]{1,300}){1,300}", "/(a|b{500})?"})
    void anExpressionForPrefixesThatTakesTooLongToMatchIsRefused(String prefix) {
        refuses(
                "label HAPROXY_0_HTTP_BACKEND_PROXYPASS_PATH: " + prefix
                        + " (expected: a regular expression of at most 500 characters, counted repetitions unrolled)",
                "HAPROXY_0_HTTP_BACKEND_PROXYPASS_PATH",
                prefix);
    }

    private void refuses(String message, String... labels) {
        assertThatThrownBy(() -> of(labels))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private AppPort of(String... labels) {
        return of(app(labels));
    }

    private AppPort of(Service service) {
        return AppPort.of(service, remarks::add);
    }

    private static Service app(String... labels) {
        return Apps.app("/shop/web", 10000, labels);
    }
}
