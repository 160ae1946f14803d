package io.evenkeel.testing.mesosdns;

import io.evenkeel.testing.dns.DnsServer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * What Mesos-DNS says to a question, over UDP and TCP alike: shuffled, in lower case, without EDNS. A service that is not
 * there has an empty answer; a host that is not there is NXDOMAIN. Called on several threads.
 */
final class MesosDnsAnswers implements Function<Message, Message> {

    static final int TTL = 60;
    private static final Name MNAME = name("ns1." + MesosZone.DOMAIN + ".");

    private final Supplier<MesosZone> zone;
    private final Random random = new Random(1);

    MesosDnsAnswers(Supplier<MesosZone> zone) {
        this.zone = zone;
    }

    @Override
    public Message apply(Message query) {
        Record question = query.getQuestion();
        String asked = question.getName().toString().toLowerCase(Locale.ROOT);
        boolean ours = ("." + asked).endsWith("." + MesosZone.DOMAIN + ".");
        if (!ours || question.getType() == Type.AXFR) {
            return DnsServer.reply(query, Rcode.REFUSED);
        }
        Name name = name(asked);
        Message reply = DnsServer.reply(query, Rcode.NOERROR);
        reply.getHeader().setFlag(Flags.RA);
        // names in the answer become pointers to the question's, so that its case would be theirs
        reply.removeAllRecords(Section.QUESTION);
        reply.addRecord(Record.newRecord(name, question.getType(), question.getDClass()), Section.QUESTION);
        MesosZone now = zone.get();
        switch (question.getType()) {
            case Type.SRV -> services(now, name, now.services(asked), reply);
            case Type.A ->
                shuffled(now.addresses(asked)).forEach(address -> reply.addRecord(a(name, address), Section.ANSWER));
            case Type.AAAA ->
                shuffled(now.ipv6Addresses(asked))
                        .forEach(address -> reply.addRecord(aaaa(name, address), Section.ANSWER));
            case Type.NS -> reply.addRecord(new NSRecord(name, DClass.IN, TTL, MNAME), Section.AUTHORITY);
            default -> {
                // SOA records are in the authority section even if they were asked for
            }
        }
        boolean answered = !reply.getSection(Section.ANSWER).isEmpty();
        if (!answered && question.getType() != Type.SRV && question.getType() != Type.NS) {
            reply.addRecord(soa(name, now.serial()), Section.AUTHORITY);
            boolean there = !now.addresses(asked).isEmpty()
                    || !now.ipv6Addresses(asked).isEmpty()
                    || !now.services(asked).isEmpty()
                    || question.getType() == Type.SOA;
            reply.getHeader().setRcode(there ? Rcode.NOERROR : Rcode.NXDOMAIN);
        }
        return reply;
    }

    private void services(MesosZone now, Name name, Set<String> targets, Message reply) {
        for (String target : shuffled(targets)) {
            int colon = target.lastIndexOf(':');
            Name host = name(target.substring(0, colon));
            int port = Integer.parseInt(target.substring(colon + 1));
            reply.addRecord(new SRVRecord(name, DClass.IN, TTL, 0, 1, port, host), Section.ANSWER);
            if (!reply.findRRset(host, Type.A, Section.ADDITIONAL)) {
                now.addresses(host.toString()).stream()
                        .findFirst()
                        .ifPresent(address -> reply.addRecord(a(host, address), Section.ADDITIONAL));
            }
            if (!reply.findRRset(host, Type.AAAA, Section.ADDITIONAL)) {
                now.ipv6Addresses(host.toString()).stream()
                        .findFirst()
                        .ifPresent(address -> reply.addRecord(aaaa(host, address), Section.ADDITIONAL));
            }
        }
    }

    private List<String> shuffled(Set<String> values) {
        List<String> list = new ArrayList<>(values);
        Collections.shuffle(list, random);
        return list;
    }

    private static ARecord a(Name name, String address) {
        return new ARecord(name, DClass.IN, TTL, literal(address));
    }

    private static AAAARecord aaaa(Name name, String address) {
        return new AAAARecord(name, DClass.IN, TTL, literal(address));
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }

    private static SOARecord soa(Name name, long serial) {
        Name mail = name("root.ns1." + MesosZone.DOMAIN + ".");
        return new SOARecord(name, DClass.IN, TTL, MNAME, mail, serial, 60, 600, 86_400, TTL);
    }

    private static Name name(String absolute) {
        try {
            return Name.fromString(absolute);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(absolute, e);
        }
    }
}
