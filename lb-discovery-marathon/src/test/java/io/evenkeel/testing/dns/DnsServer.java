package io.evenkeel.testing.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A DNS server on a loopback port, over UDP and TCP. Its settings may be changed by any thread at any time; closing it ends
 * its sockets and threads.
 */
public final class DnsServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
    private static final int LARGEST_UDP = 512;

    private final Function<Message, Message> answers;
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<Question> questions = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "dns-server");
        thread.setDaemon(true);
        return thread;
    });
    private final CompletableFuture<Void> servingUdp;
    private volatile DnsFault fault = DnsFault.NONE;

    /**
     * A question that was received.
     *
     * @param name as it was asked, without the final dot
     * @param type such as {@code SRV}
     * @param overTcp whether it came over TCP
     * @param edns whether it had an OPT record
     */
    public record Question(String name, String type, boolean overTcp, boolean edns) {}

    private DnsServer(Function<Message, Message> answers, DatagramSocket udp, ServerSocket tcp) {
        this.answers = answers;
        this.udp = udp;
        this.tcp = tcp;
        this.servingUdp = CompletableFuture.runAsync(this::serveUdp, threads);
        threads.execute(this::acceptTcp);
    }

    /** A server of a zone, on a free port of 127.0.0.1. */
    public static DnsServer of(DnsZone zone) {
        return of(query -> answer(zone, query));
    }

    /** A server that answers by a function, which is called on several threads. */
    public static DnsServer of(Function<Message, Message> answers) {
        for (int attempt = 0; ; attempt++) {
            try {
                return open(answers);
            } catch (IOException e) {
                if (attempt > 100) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static DnsServer open(Function<Message, Message> answers) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocket tcp = new ServerSocket(0, 100, loopback);
        try {
            return new DnsServer(answers, new DatagramSocket(tcp.getLocalPort(), loopback), tcp);
        } catch (IOException e) { // somebody has that port over UDP
            tcp.close();
            throw e;
        }
    }

    /** Where it listens, over both. */
    public InetSocketAddress address() {
        return new InetSocketAddress(tcp.getInetAddress(), tcp.getLocalPort());
    }

    public int port() {
        return tcp.getLocalPort();
    }

    public void fault(DnsFault newFault) {
        fault = newFault;
    }

    /** The questions received so far, oldest first. */
    public List<Question> questions() {
        return List.copyOf(questions);
    }

    /** How many TCP connections are open. */
    public int connections() {
        return connections.size();
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                for (byte[] reply : udpReplies(query)) {
                    udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                }
            } catch (IOException | RuntimeException e) {
                LOG.trace("a datagram was not answered", e);
            }
        }
    }

    private List<byte[]> udpReplies(byte[] wire) throws IOException {
        Message query = new Message(wire);
        note(query, false);
        Message answer = answer(query);
        return switch (fault) {
            case SILENT -> List.of();
            case GARBAGE -> List.of(new byte[] {1, 2, 3}, garbage(query));
            case WRONG_ID -> List.of(withOtherId(answer));
            case NOISE_FIRST -> List.of(new byte[] {1, 2, 3}, withOtherId(answer), answer.toWire());
            case TRUNCATED, TRUNCATED_WITHOUT_TCP, HALF_OVER_TCP -> List.of(truncated(query));
            case CUT_SILENTLY -> List.of(cut(answer, false));
            default -> List.of(answer.toWire().length <= LARGEST_UDP ? answer.toWire() : cut(answer, true));
        };
    }

    private static byte[] truncated(Message query) {
        Message truncated = new Message(query.getHeader().getID());
        truncated.getHeader().setFlag(Flags.QR);
        truncated.getHeader().setFlag(Flags.TC);
        truncated.addRecord(query.getQuestion(), Section.QUESTION);
        return truncated.toWire();
    }

    /* As Mesos-DNS does it: whatever the client has room for, what is sent has less than 512 bytes. */
    private static byte[] cut(Message answer, boolean say) {
        Message less = answer.clone();
        less.removeAllRecords(Section.ADDITIONAL);
        List<Record> records = less.getSection(Section.ANSWER);
        for (int i = records.size() - 1; i > 0 && less.toWire().length >= LARGEST_UDP; i--) {
            less.removeRecord(records.get(i), Section.ANSWER);
        }
        if (say) {
            less.getHeader().setFlag(Flags.TC);
        }
        return less.toWire();
    }

    private void acceptTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                connections.add(socket);
                threads.execute(() -> serveTcp(socket));
            } catch (IOException | RuntimeException e) {
                LOG.trace("no longer listening", e);
            }
        }
    }

    private void serveTcp(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (fault != DnsFault.TRUNCATED_WITHOUT_TCP) {
                byte[] wire = new byte[in.readUnsignedShort()];
                in.readFully(wire);
                Message query = new Message(wire);
                note(query, true);
                byte[] reply = tcpReply(query);
                if (reply.length > 0) {
                    byte[] framed = new byte[reply.length + 2];
                    framed[0] = (byte) (reply.length >>> 8);
                    framed[1] = (byte) reply.length;
                    System.arraycopy(reply, 0, framed, 2, reply.length);
                    boolean half = fault == DnsFault.HALF_OVER_TCP;
                    out.write(framed, 0, half ? framed.length / 2 : framed.length);
                    out.flush();
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.trace("a connection ended", e);
        } finally {
            connections.remove(socket);
        }
    }

    private byte[] tcpReply(Message query) {
        Message answer = answer(query);
        return switch (fault) {
            case SILENT -> new byte[0];
            case GARBAGE -> garbage(query);
            case WRONG_ID -> withOtherId(answer);
            default -> answer.toWire(Message.MAXLENGTH);
        };
    }

    private void note(Message query, boolean overTcp) {
        Record question = query.getQuestion();
        questions.add(new Question(
                question.getName().toString(true), Type.string(question.getType()), overTcp, query.getOPT() != null));
    }

    private Message answer(Message query) {
        return switch (fault) {
            case SERVFAIL -> reply(query, Rcode.SERVFAIL);
            case REFUSED -> reply(query, Rcode.REFUSED);
            case NXDOMAIN -> reply(query, Rcode.NXDOMAIN);
            case EMPTY -> reply(query, Rcode.NOERROR);
            case FORMERR_ON_EDNS -> query.getOPT() != null ? reply(query, Rcode.FORMERR) : answers.apply(query);
            case WRONG_QUESTION -> {
                Message other = new Message(query.getHeader().getID());
                other.getHeader().setFlag(Flags.QR);
                Record question = query.getQuestion();
                other.addRecord(
                        Record.newRecord(DnsZone.name("another.test"), question.getType(), question.getDClass()),
                        Section.QUESTION);
                yield other;
            }
            default -> answers.apply(query);
        };
    }

    /** The beginning of an answer, with the question. */
    public static Message reply(Message query, int rcode) {
        Message reply = new Message(query.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.getHeader().setFlag(Flags.AA);
        reply.getHeader().setFlag(Flags.RD);
        reply.getHeader().setRcode(rcode);
        reply.addRecord(query.getQuestion(), Section.QUESTION);
        return reply;
    }

    /** What a zone says to a question. */
    public static Message answer(DnsZone zone, Message query) {
        Record question = query.getQuestion();
        Message reply = reply(query, Rcode.NOERROR);
        Name name = question.getName();
        for (int hops = 0; hops < 40; hops++) {
            List<Record> found = zone.find(name, question.getType());
            List<Record> aliases = found.isEmpty() ? zone.find(name, Type.CNAME) : List.of();
            found.forEach(record -> reply.addRecord(record, Section.ANSWER));
            if (aliases.isEmpty()) {
                if (found.isEmpty()) {
                    reply.getHeader().setRcode(zone.exists(name) ? Rcode.NOERROR : Rcode.NXDOMAIN);
                    zone.negative(name).forEach(record -> reply.addRecord(record, Section.AUTHORITY));
                } else if (zone.hasAdditional()) {
                    found.forEach(record -> additional(zone, record, reply));
                }
                return reply;
            }
            reply.addRecord(aliases.get(0), Section.ANSWER);
            name = ((CNAMERecord) aliases.get(0)).getTarget();
        }
        return reply;
    }

    private static void additional(DnsZone zone, Record record, Message reply) {
        Name target = record.getAdditionalName();
        if (target != null && !reply.findRRset(target, Type.A, Section.ADDITIONAL)) {
            zone.find(target, Type.A).stream()
                    .findFirst()
                    .ifPresent(address -> reply.addRecord(address, Section.ADDITIONAL));
        }
    }

    private static byte[] withOtherId(Message answer) {
        byte[] wire = answer.toWire();
        wire[1] ^= 1;
        return wire;
    }

    /* The right id, and then nothing that can be read. */
    private static byte[] garbage(Message query) {
        byte[] wire = new byte[200];
        Arrays.fill(wire, (byte) 0xff);
        System.arraycopy(query.toWire(), 0, wire, 0, 2);
        return wire;
    }

    @Override
    public void close() {
        udp.close();
        servingUdp
                .join(); // as long as somebody waits for one, the kernel takes datagrams, and tells nobody of their end
        try {
            tcp.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException e) {
            LOG.trace("closing failed", e);
        }
        threads.shutdownNow();
    }
}
