package io.evenkeel.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.dns.DnsFault;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.dns.DnsZone;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class DnsLookupTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final DnsZone zone = new DnsZone();
    private final DnsServer server = DnsServer.of(zone);
    private final DnsServer second = DnsServer.of(zone);
    private DnsLookup lookup = lookup(LONG, false, AddressFamily.PREFER_IPV4, server);

    @AfterEach
    void close() {
        lookup.close();
        server.close();
        second.close();
    }

    private static DnsLookup lookup(Duration timeout, boolean tcp, AddressFamily family, DnsServer... servers) {
        InetSocketAddress[] addresses = new InetSocketAddress[servers.length];
        for (int i = 0; i < servers.length; i++) {
            addresses[i] = servers[i].address();
        }
        return new DnsLookup(List.of(addresses), timeout, 1, tcp, family);
    }

    private void use(Duration timeout, boolean tcp, AddressFamily family, DnsServer... servers) {
        lookup.close();
        lookup = lookup(timeout, tcp, family, servers);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof DiscoveryException failure ? failure : e;
        }
    }

    private List<String> addresses(String name) throws Exception {
        return get(lookup.addresses(name)).records().stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void readsSrvRecordsWithTheirTtl() throws Exception {
        zone.ttl(7)
                .srv("_http._tcp.web.test", 1, 2, 8080, "Node-1.Test")
                .ttl(5)
                .srv("_http._tcp.web.test", 1, 3, 81, "b.test");
        DnsAnswer<SrvTarget> answer = get(lookup.srv("_HTTP._tcp.Web.test."));
        assertThat(answer.records())
                .containsExactlyInAnyOrder(new SrvTarget(1, 2, 8080, "node-1.test"), new SrvTarget(1, 3, 81, "b.test"));
        assertThat(answer.ttl()).contains(Duration.ofSeconds(5));
    }

    @Test
    void sendsEdnsOverUdp() throws Exception {
        zone.a("web.test", "127.0.0.1");
        assertThat(addresses("web.test")).containsExactly("127.0.0.1");
        assertThat(server.questions()).containsExactly(new DnsServer.Question("web.test", "A", false, true));
    }

    @Test
    void asksOnceMoreWithoutEdnsWhereThatIsNotUnderstood() throws Exception {
        zone.a("web.test", "127.0.0.1");
        server.fault(DnsFault.FORMERR_ON_EDNS);
        assertThat(addresses("web.test")).containsExactly("127.0.0.1");
        assertThat(server.questions()).extracting(DnsServer.Question::edns).containsExactly(true, false);
    }

    @Test
    void comesBackOverTcpForWhatIsTruncated() throws Exception {
        for (int i = 0; i < 60; i++) {
            zone.srv("_big._tcp.test", 0, 1, 1000 + i, "node-" + i + ".test");
        }
        assertThat(get(lookup.srv("_big._tcp.test")).records()).hasSize(60);
        assertThat(server.questions()).extracting(DnsServer.Question::overTcp).containsExactly(false, true);
        Eventually.holds("the connection is closed", () -> server.connections() == 0);
    }

    @Test
    void asksOverTcpAtOnceWhereAServerCutsWithoutSayingSo() throws Exception {
        for (int i = 0; i < 60; i++) {
            zone.srv("_big._tcp.test", 0, 1, 1000 + i, "node-" + i + ".test");
        }
        server.fault(DnsFault.CUT_SILENTLY);
        assertThat(get(lookup.srv("_big._tcp.test")).records()).hasSizeLessThan(60);
        use(LONG, true, AddressFamily.PREFER_IPV4, server);
        assertThat(get(lookup.srv("_big._tcp.test")).records()).hasSize(60);
    }

    @Test
    void followsAliasesInTheAnswerAndBeyond() throws Exception {
        zone.ttl(9)
                .cname("www.test", "web.test")
                .ttl(4)
                .cname("web.test", "node.test")
                .ttl(8)
                .a("node.test", "127.0.0.7");
        DnsAnswer<InetAddress> answer = get(lookup.addresses("www.test"));
        assertThat(answer.records()).extracting(InetAddress::getHostAddress).containsExactly("127.0.0.7");
        assertThat(answer.ttl()).contains(Duration.ofSeconds(4));
    }

    @Test
    void asksForTheEndOfAChainThatTheAnswerLeavesOut() throws Exception {
        try (DnsServer both = DnsServer.of(query -> {
            boolean here = query.getQuestion().getName().toString().endsWith("test.");
            org.xbill.DNS.Message reply = DnsServer.reply(query, 0);
            if (here) {
                reply.addRecord(
                        new org.xbill.DNS.CNAMERecord(query.getQuestion().getName(), 1, 3, name("node.elsewhere.")), 1);
            } else {
                reply.addRecord(
                        new org.xbill.DNS.ARecord(
                                query.getQuestion().getName(),
                                1,
                                3,
                                new InetSocketAddress("127.0.0.8", 1).getAddress()),
                        1);
            }
            return reply;
        })) {
            use(LONG, false, AddressFamily.IPV4, both);
            assertThat(addresses("www.test")).containsExactly("127.0.0.8");
        }
    }

    private static org.xbill.DNS.Name name(String text) {
        return org.xbill.DNS.Name.fromConstantString(text);
    }

    @Test
    void usesWhatAnswersTheQuestionAndNothingThatComesBesideIt() throws Exception {
        zone.a("web.test", "127.0.0.1").a("other.test", "127.9.9.8");
        try (DnsServer talkative = DnsServer.of(query -> {
            org.xbill.DNS.Message reply = DnsServer.answer(zone, query);
            reply.addRecord(address("other.test.", "127.9.9.8"), org.xbill.DNS.Section.ANSWER);
            reply.addRecord(address("web.test.", "127.9.9.9"), org.xbill.DNS.Section.ADDITIONAL);
            reply.addRecord(address("web.test.", "127.9.9.7"), org.xbill.DNS.Section.AUTHORITY);
            return reply;
        })) {
            use(LONG, false, AddressFamily.IPV4, talkative);
            assertThat(addresses("web.test")).containsExactly("127.0.0.1");
            assertThat(addresses("nosuch.test")).isEmpty();
        }
    }

    private static org.xbill.DNS.Record address(String name, String address) {
        return new org.xbill.DNS.ARecord(name(name), 1, 3, new InetSocketAddress(address, 1).getAddress());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAnAnswerInLowerCaseForOneToAQuestionInMixedCase(boolean tcp) throws Exception {
        zone.srv("_web._tcp.marathon.mesos", 0, 1, 31_000, "node.marathon.mesos")
                .a("node.marathon.mesos", "127.0.0.1");
        try (DnsServer lower = DnsServer.of(query -> {
            org.xbill.DNS.Record asked = query.getQuestion();
            String name = asked.getName().toString().toLowerCase(java.util.Locale.ROOT);
            org.xbill.DNS.Message less =
                    new org.xbill.DNS.Message(query.getHeader().getID());
            less.addRecord(
                    org.xbill.DNS.Record.newRecord(name(name), asked.getType(), asked.getDClass()),
                    org.xbill.DNS.Section.QUESTION);
            return DnsServer.answer(zone, less);
        })) {
            use(SHORT, tcp, AddressFamily.IPV4, lower);
            assertThat(get(lookup.srv("_Web._TCP.Marathon.Mesos")).records())
                    .containsExactly(new SrvTarget(0, 1, 31_000, "node.marathon.mesos"));
            assertThat(addresses("Node.Marathon.MESOS")).containsExactly("127.0.0.1");
            assertThat(lower.questions())
                    .extracting(DnsServer.Question::name)
                    .as("as it was asked for")
                    .contains("Node.Marathon.MESOS");
        }
    }

    @Test
    void whoeverRefusesANameOfAnotherZoneSaysNothingOfItAndTheNextIsAsked() throws Exception {
        zone.a("web.example.test", "127.0.0.1");
        try (DnsServer ofMesos = DnsServer.of(query -> {
            boolean ours = query.getQuestion().getName().toString().endsWith(".mesos.");
            return ours ? DnsServer.answer(zone, query) : DnsServer.reply(query, org.xbill.DNS.Rcode.REFUSED);
        })) {
            use(LONG, false, AddressFamily.PREFER_IPV4, ofMesos);
            assertThatThrownBy(() -> addresses("web.example.test"))
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageContaining("REFUSED");
            assertThat(get(lookup.srv("_nosuch._tcp.marathon.mesos")).isEmpty()).isTrue();
            use(LONG, false, AddressFamily.PREFER_IPV4, ofMesos, second);
            assertThat(addresses("web.example.test")).containsExactly("127.0.0.1");
        }
    }

    @Test
    void aServiceThatIsNotThereIsAnAnswerThoughNothingSaysSo() throws Exception {
        server.fault(DnsFault.EMPTY); // NOERROR, without a record, without SOA
        DnsAnswer<SrvTarget> answer = get(lookup.srv("_nosuch._tcp.marathon.mesos"));
        assertThat(answer.isEmpty()).isTrue();
        assertThat(answer.ttl()).isEmpty();
        assertThat(server.questions()).hasSize(1);
    }

    @Test
    void endsALoopOfAliases() {
        zone.cname("a.test", "b.test").cname("b.test", "a.test");
        assertThatThrownBy(() -> addresses("a.test"))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("more than 16 aliases");
    }

    @Test
    void tellsThatANameDoesNotExistOrHasNoSuchRecordFromFailures() throws Exception {
        zone.ttl(3).a("web.test", "127.0.0.1");
        assertThat(get(lookup.srv("web.test")))
                .isEqualTo(new DnsAnswer<>(List.of(), java.util.Optional.of(Duration.ofSeconds(3))));
        assertThat(get(lookup.srv("nosuch.test")).isEmpty()).isTrue();
        zone.soa(false);
        assertThat(get(lookup.srv("nosuch.test")).ttl()).isEmpty();
    }

    @Test
    void takesTheFamilyThatIsWanted() throws Exception {
        zone.a("four.test", "127.0.0.4")
                .aaaa("six.test", "::1")
                .a("both.test", "127.0.0.4")
                .aaaa("both.test", "::1");
        assertThat(addresses("four.test")).containsExactly("127.0.0.4");
        assertThat(addresses("six.test")).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(addresses("both.test")).containsExactly("127.0.0.4");
        use(LONG, false, AddressFamily.PREFER_IPV6, server);
        assertThat(addresses("four.test")).containsExactly("127.0.0.4");
        assertThat(addresses("both.test")).containsExactly("0:0:0:0:0:0:0:1");
        use(LONG, false, AddressFamily.IPV6, server);
        assertThat(addresses("four.test")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = DnsFault.class,
            mode = Mode.INCLUDE,
            names = {
                "SILENT",
                "SERVFAIL",
                "REFUSED",
                "GARBAGE",
                "WRONG_ID",
                "WRONG_QUESTION",
                "TRUNCATED_WITHOUT_TCP",
                "HALF_OVER_TCP"
            })
    void goesOnToTheNextServer(DnsFault fault) throws Exception {
        zone.a("web.test", "127.0.0.1");
        server.fault(fault);
        use(SHORT, false, AddressFamily.IPV4, server);
        assertThatThrownBy(() -> addresses("web.test"))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("web.test A: ")
                .hasMessageContaining(":" + server.port());
        use(SHORT, false, AddressFamily.IPV4, server, second);
        assertThat(addresses("web.test")).containsExactly("127.0.0.1");
        int asked = server.questions().size();
        assertThat(addresses("web.test")).containsExactly("127.0.0.1");
        assertThat(server.questions()).as("whoever answered last comes first").hasSize(asked);
    }

    @Test
    void isNotFooledByWhatIsNoAnswer() throws Exception {
        zone.a("web.test", "127.0.0.1");
        server.fault(DnsFault.NOISE_FIRST);
        assertThat(addresses("web.test")).containsExactly("127.0.0.1");
    }

    @Test
    void saysThatNobodyIsThere() {
        server.close();
        assertThatThrownBy(() -> addresses("web.test")).hasMessageContaining("is not there");
        assertThatThrownBy(() -> addresses("not..a.name")).hasMessageContaining("expected: a domain name");
    }

    @Test
    void readsASerial() throws Exception {
        zone.add(new org.xbill.DNS.SOARecord(name("mesos."), 1, 5, name("ns.mesos."), name("root."), 77, 1, 1, 1, 1));
        assertThat(get(lookup.serial("mesos")).records()).containsExactly(77L);
        zone.soa(false);
        assertThat(get(lookup.serial("other")).records()).isEmpty();
    }

    @Test
    void closingEndsQuestionsAndThreads() {
        server.fault(DnsFault.SILENT);
        use(Duration.ofMinutes(10), true, AddressFamily.IPV4, server);
        CompletableFuture<DnsAnswer<InetAddress>> pending = lookup.addresses("web.test");
        Eventually.holds("the question is there", () -> !server.questions().isEmpty());
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("evenkeel-dns-io"))
                .toList();
        assertThat(threads).isNotEmpty();
        lookup.close();
        lookup.close();
        Eventually.holds("threads are gone", () -> threads.stream().noneMatch(Thread::isAlive));
        Eventually.holds("sockets are closed", () -> server.connections() == 0);
        assertThat(pending.isDone() && !pending.isCompletedExceptionally()).isFalse();
    }
}
