package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Match;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTableTest {

    private static final Route A = new Route.Reply(201);
    private static final Route B = new Route.Reply(202);
    private static final Route C = new Route.Reply(203);

    @Test
    void choosesByHostWithoutRegardToCase() {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.ANY, A)
                .add("b.example", PathPrefixes.ANY, B)
                .build();
        assertThat(route(table, "a.example", "/")).isSameAs(A);
        assertThat(route(table, "B.EXAMPLE", "/")).isSameAs(B);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.example:80", "www.a.example", "example", "a.example.", "*.a.example", ""})
    void hostsMatchWholeAndAPortMakesItAnother(String host) {
        RouteTable table =
                RouteTable.builder().add("a.example", PathPrefixes.ANY, A).build();
        assertThat(route(table, host, "/")).isSameAs(Route.NONE);
    }

    @Test
    void anAsteriskIsALetterLikeAnyOther() {
        RouteTable table =
                RouteTable.builder().add("*.a.example", PathPrefixes.ANY, A).build();
        assertThat(route(table, "www.a.example", "/")).isSameAs(Route.NONE);
    }

    @Test
    void aMapIsLookedUpAfterAllRulesAndIgnoresThePort() {
        RouteTable.Builder builder = RouteTable.builder()
                .add(HostPattern.mapped("a.example"), PathPrefixes.ANY, A)
                .add(HostPattern.mapped("a.example"), PathPrefixes.ANY, B)
                .add("a.example", PathPrefixes.parse("/api"), C);
        RouteTable table = builder.build();
        assertThat(route(table, "A.example:8080", "/")).isSameAs(A);
        assertThat(route(table, "a.example", "/api")).isSameAs(C);
        assertThat(route(table, "a.example:80", "/api")).isSameAs(A); // the rule knows no host with a port
        assertThat(route(table, "www.a.example", "/")).isSameAs(Route.NONE);
    }

    @Test
    void aChangedCopyHasOtherRulesForTheHostsThatAreNamedAndNoOthers() {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.ANY, A)
                .add("b.example", PathPrefixes.ANY, B)
                .add(HostPattern.suffix(".example"), PathPrefixes.ANY, C)
                .build();
        RouteTable changed = table.with(Map.of(
                HostPattern.exact("a.example"),
                HostRules.builder().add(PathPrefixes.ANY, B).build(false),
                HostPattern.exact("b.example"),
                HostRules.NONE,
                HostPattern.suffix(".b.example"),
                HostRules.builder().add(PathPrefixes.ANY, A).build(false)));
        assertThat(route(changed, "a.example", "/")).isSameAs(B);
        assertThat(route(changed, "b.example", "/")).isSameAs(C);
        assertThat(route(changed, "x.b.example", "/")).isSameAs(A);
        RouteTable without = changed.with(Map.of(HostPattern.suffix(".example"), HostRules.NONE));
        assertThat(route(without, "b.example", "/")).isSameAs(Route.NONE);
        assertThat(route(without, "x.b.example", "/")).isSameAs(A);
        assertThat(route(table, "a.example", "/")).isSameAs(A);
        assertThat(route(table, "x.b.example", "/")).isSameAs(C);
    }

    @Test
    void anEmptyTableHasNoRoute() {
        assertThat(route(RouteTable.EMPTY, "a.example", "/")).isSameAs(Route.NONE);
    }

    @Test
    void theFirstRuleThatMatchesWinsAndNotTheLongestPath() {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.parse("/api"), A)
                .add("a.example", PathPrefixes.parse("/api/v2"), B)
                .add("a.example", PathPrefixes.ANY, C)
                .build();
        assertThat(route(table, "a.example", "/api/v2/x")).isSameAs(A);
        assertThat(route(table, "a.example", "/other")).isSameAs(C);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, /api/v2/x, 4",
        "A.EXAMPLE, /other?q=/api, 4",
        "a.example, '', 4",
        "b.example, /PRIVATE, 1",
        "b.example, /x, 1",
        "c.example, /, 0",
        "a.example:80, /api, 0"
    })
    void theExplanationIsWhatHappens(String host, String path, int rules) {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.parse("/api"), A)
                .add("a.example", PathPrefixes.parse("/api/v2"), B)
                .add("a.example", PathPrefixes.parse("/secure"), Route.TO_HTTPS)
                .add("a.example", PathPrefixes.ANY, C)
                .add("b.example", PathPrefixes.parse("-i /private"), B)
                .build();
        List<RouteTable.Step> steps = table.explain(host, path);
        assertThat(steps).hasSize(rules);
        Route first = steps.stream()
                .filter(RouteTable.Step::matches)
                .map(RouteTable.Step::route)
                .findFirst()
                .orElse(Route.NONE);
        assertThat(route(table, host, path.isEmpty() ? "/" : path)).isSameAs(first);
    }

    @Test
    void withoutARuleForThePathThereIsNoRoute() {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.parse("/api"), A)
                .build();
        assertThat(route(table, "a.example", "/")).isSameAs(Route.NONE);
    }

    @Test
    void everyRedirectComesBeforeEveryBackend() {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.parse("/.well-known"), A)
                .add("a.example", PathPrefixes.ANY, Route.TO_HTTPS)
                .add("b.example", PathPrefixes.parse("/private"), Route.TO_HTTPS)
                .add("b.example", PathPrefixes.ANY, B)
                .build();
        assertThat(route(table, "a.example", "/.well-known/x")).isSameAs(Route.TO_HTTPS);
        assertThat(route(table, "b.example", "/private/x")).isSameAs(Route.TO_HTTPS);
        assertThat(route(table, "b.example", "/public")).isSameAs(B);
    }

    @Test
    void overTlsTheServerNameDecidesAndNobodyIsRedirected() {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.ANY, Route.TO_HTTPS)
                .add("a.example", PathPrefixes.parse("/api"), A)
                .add("a.example", PathPrefixes.ANY, B)
                .buildForTls();
        RequestHead api = get("other.example", "/api");
        assertThat(table.route(api, asking("a.example"))).isSameAs(A);
        assertThat(table.route(get("a.example", "/"), asking("a.example"))).isSameAs(B);
        assertThat(table.route(get("a.example", "/"), asking("b.example"))).isSameAs(Route.NONE);
        assertThat(table.route(get("a.example", "/"), asking("A.example"))).isSameAs(Route.NONE);
        assertThat(table.route(get("a.example", "/"), asking(null))).isSameAs(Route.NONE);
    }

    @Test
    void oneBuilderMakesBothTables() {
        RouteTable.Builder builder = RouteTable.builder()
                .add("a.example", PathPrefixes.ANY, Route.TO_HTTPS)
                .add("a.example", PathPrefixes.ANY, A);
        RouteTable plain = builder.build();
        assertThat(builder.buildForTls().route(get("a.example", "/"), asking("a.example")))
                .isSameAs(A);
        assertThat(route(plain, "a.example", "/")).isSameAs(Route.TO_HTTPS);
    }

    @Test
    void wholeHostsComeBeforeLongerSuffixesBeforeShorterOnesBeforePatternsBeforeAny() {
        Condition three = Condition.of(Fetch.of(Fetch.Kind.HOST), Match.regex(List.of("^[a-z]+[.]"), true));
        Route any = new Route.Reply(204);
        Route pattern = new Route.Reply(205);
        RouteTable table = RouteTable.builder()
                .add(HostPattern.ANY, Condition.ALWAYS, any)
                .add(HostPattern.PATTERN, three, pattern)
                .add(HostPattern.suffix(".example"), PathPrefixes.ANY, C)
                .add(HostPattern.suffix(".A.example"), PathPrefixes.ANY, B)
                .add("w.a.example", PathPrefixes.parse("/api"), A)
                .build();
        assertThat(route(table, "W.a.example", "/api")).isSameAs(A);
        assertThat(route(table, "w.a.example", "/")).isSameAs(B);
        assertThat(route(table, "x.A.example", "/api")).isSameAs(B);
        assertThat(route(table, "x.b.example", "/")).isSameAs(C);
        assertThat(route(table, "www.other", "/")).isSameAs(pattern);
        assertThat(route(table, "1.other", "/")).isSameAs(any);
        assertThat(table.route(get("w.a.example", "/api"), asking(null))).isSameAs(A);
    }

    @Test
    void suffixesOfOneLengthWithADotInFrontAndWithoutAreToldApart() {
        RouteTable table = RouteTable.builder()
                .add(HostPattern.suffix(".a.example"), PathPrefixes.ANY, A)
                .add(HostPattern.suffix("xb.example"), PathPrefixes.ANY, B)
                .add(HostPattern.suffix(""), PathPrefixes.ANY, C)
                .build();
        assertThat(route(table, "w.a.example", "/")).isSameAs(A);
        assertThat(route(table, "wxb.example", "/")).isSameAs(B);
        assertThat(route(table, "xb.example", "/")).isSameAs(B);
        assertThat(route(table, "a.example", "/")).isSameAs(C);
        RouteTable without = table.with(Map.of(HostPattern.suffix(".a.example"), HostRules.NONE));
        assertThat(route(without, "w.a.example", "/")).isSameAs(C);
        assertThat(route(without, "wxb.example", "/")).isSameAs(B);
    }

    @Test
    void overTlsSuffixesAreOfTheServerName() {
        RouteTable table = RouteTable.builder()
                .add(HostPattern.suffix(".example"), PathPrefixes.ANY, A)
                .add(HostPattern.ANY, PathPrefixes.parse("/any"), B)
                .buildForTls();
        assertThat(table.route(get("other", "/"), asking("a.example"))).isSameAs(A);
        assertThat(table.route(get("a.example", "/"), asking("A.example"))).isSameAs(Route.NONE);
        assertThat(table.route(get("a.example", "/any"), asking(null))).isSameAs(B);
    }

    @Test
    void findsEveryHostOfMany() {
        RouteTable.Builder builder = RouteTable.builder();
        Map<String, Route> routes = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            routes.put("host" + i + ".example", new Route.Reply(i));
        }
        routes.forEach((host, route) -> builder.add(host, PathPrefixes.ANY, route));
        RouteTable table = builder.build();
        routes.forEach((host, route) -> assertThat(route(table, host, "/")).isSameAs(route));
        assertThat(route(table, "host1000.example", "/")).isSameAs(Route.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "/api, /api, true",
        "/api, /apifoo, true",
        "/api, /api?x=1, true",
        "/api, /API, false",
        "/api, //api, false",
        "/api, /%61pi, false",
        "/api, /ap, false",
        "/api, /?/api, false",
        "/a?b, /a?b, false", // the query is no part of the path
        "/api/, /api, false",
        "/api/, /api/, true",
        "api, /api, false",
        "-i /Api, /aPI/x, true",
        "-i /a /b, /B, true",
        "/a -i /b, /b, true",
        "/a /b, /b/c, true",
        "/a /b, /c, false",
        "/, /anything, true",
        "/api, http://a.example/api, true",
        "/api, http://a.example/other, false",
        "/, http://a.example, true",
        "/, http://a.example?x, true",
        "-i, /anything, false", // a condition without a prefix is met by nothing
    })
    void pathsAreComparedAsTheyWereSent(String condition, String target, boolean matches) {
        RouteTable table = RouteTable.builder()
                .add("a.example", PathPrefixes.parse(condition), A)
                .build();
        assertThat(route(table, "a.example", target)).isSameAs(matches ? A : Route.NONE);
    }

    @Test
    void applicationsAreFoundByIdWithoutRegardToCase() {
        Router router = RouteTable.byAppId(Map.of("/shop/web", A, "/shop/api", B));
        assertThat(router.route(
                        parse("GET / HTTP/1.1\r\nHost: x\r\nX-Marathon-App-Id: /Shop/Web\r\n\r\n"), asking(null)))
                .isSameAs(A);
        assertThat(router.route(
                        parse("GET / HTTP/1.1\r\nHost: x\r\nx-marathon-app-id: /shop/api\r\n\r\n"), asking(null)))
                .isSameAs(B);
        assertThat(router.route(parse("GET / HTTP/1.1\r\nHost: x\r\nX-Marathon-App-Id: /shop\r\n\r\n"), asking(null)))
                .isSameAs(Route.NONE);
        assertThat(router.route(get("shop", "/shop/web"), asking(null))).isSameAs(Route.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "/x?y=1, https://A.example:8080/x?y=1",
        "http://a.example, https://a.example/",
        "http://a.example?q, https://a.example/?q"
    })
    void aRedirectKeepsHostPathAndQueryAsSent(String target, String location) {
        assertThat(Route.ToHttps.location(get("A.example:8080", target))).isEqualTo(location);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example, /only, 201",
        "a.example, /, 503",
        "x.a.example, /, 202",
        "b.example, /, 203",
        "c.example, /, 203",
        "other, /, 503",
        "A.example, /only, 503",
    })
    void serversThatStandAloneHaveNoRulesButTheirOwn(String server, String path, int status) {
        RouteTable behind = RouteTable.EMPTY_TLS_EACH_ALONE.with(Map.of(
                HostPattern.suffix(".a.example"),
                always(B),
                HostPattern.exact("b.example"),
                always(C),
                HostPattern.ANY,
                always(A)));
        RouteTable table = RouteTable.EMPTY_TLS_EACH_ALONE
                .with(Map.of(
                        HostPattern.exact("a.example"),
                        HostRules.builder().add(PathPrefixes.parse("/only"), A).build(true),
                        HostPattern.suffix(".example"),
                        always(C),
                        HostPattern.mapped("b.example"),
                        HostRules.builder().add(PathPrefixes.parse("/no"), A).build(true),
                        HostPattern.PATTERN,
                        always(A)))
                .orElse(behind);
        Route route = table.route(get("ignored.example", path), asking(server));
        assertThat(route instanceof Route.Reply reply ? reply.status() : 0).isEqualTo(status);
        assertThat(table.explain(server, path).stream().filter(RouteTable.Step::matches))
                .extracting(RouteTable.Step::route)
                .isEqualTo(route == Route.NONE ? List.of() : List.of(route));
    }

    private static HostRules always(Route route) {
        return HostRules.builder().add(PathPrefixes.ANY, route).build(true);
    }

    private static Route route(RouteTable table, String host, String target) {
        return table.route(get(host, target), asking("ignored.example"));
    }

    private static RequestHead get(String host, String target) {
        return parse("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "-m beg /a, /a",
        "-i -m beg -n -- /A /B, -i /a /b",
        "-- -i, -i",
        "/a -i /b, /a -i /b", // flags come first
        "-i, -i",
    })
    void flagsThatChangeNothingAreNoPrefixes(String text, String condition) {
        assertThat(PathPrefixes.parse(text)).hasToString(condition);
    }

    @ParameterizedTest
    @CsvSource({"-m reg ^/api, -m reg", "-i -m str /a, -m str", "-f /etc/paths x, -f", "-m beg, -m beg"})
    void otherFlagsAreRefused(String text, String flag) {
        assertThatThrownBy(() -> PathPrefixes.parse(text))
                .hasMessage(flag + " (expected: prefixes of paths, perhaps behind -i, -m beg, -n or --)");
    }

    private static RequestHead parse(String text) {
        RequestHead head = new RequestHead();
        byte[] bytes = text.getBytes(ISO_8859_1);
        assertThat(head.parse(bytes, 0, bytes.length)).as(text).isZero();
        return head;
    }

    private static Client asking(String serverName) {
        return new Client() {
            @Override
            public InetSocketAddress address() {
                return HttpFixture.ANY;
            }

            @Override
            public InetSocketAddress localAddress() {
                return HttpFixture.ANY;
            }

            @Override
            public boolean isTls() {
                return serverName != null;
            }

            @Override
            public byte[] serverName() {
                return serverName == null ? null : serverName.getBytes(ISO_8859_1);
            }
        };
    }
}
