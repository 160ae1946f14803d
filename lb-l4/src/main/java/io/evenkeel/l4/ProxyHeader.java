package io.evenkeel.l4;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, from the beginning of a connection, as the specification of
 * HAProxy's authors has it and no laxer. Stateless.
 */
final class ProxyHeader {

    /** What has been received says so far. */
    sealed interface Result {

        /** More is needed to tell. */
        record Incomplete() implements Result {}

        /** It is no header, or a wrong one. */
        record Wrong() implements Result {}

        /** It is one, which takes so many bytes; the addresses are null if it names none. */
        record Read(int length, @Nullable ConnectionAddresses addresses) implements Result {}
    }

    private static final Result INCOMPLETE = new Result.Incomplete();
    private static final Result WRONG = new Result.Wrong();
    private static final int MAX_LINE = 107; // with its CR LF
    private static final int MAX_BINARY = 4096;
    private static final byte[] WORD = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
    private static final int FIXED = 16; // signature, version and command, family, length
    private static final int CRC = 0x03;
    private static final int SSL = 0x20;

    private ProxyHeader() {}

    static Result read(ByteBuf in) {
        if (begins(in, SIGNATURE)) {
            return in.readableBytes() < FIXED ? INCOMPLETE : binary(in);
        }
        return begins(in, WORD) ? line(in) : WRONG;
    }

    /** Whether what is there is the beginning, or has it. */
    private static boolean begins(ByteBuf in, byte[] with) {
        int length = Math.min(in.readableBytes(), with.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static Result line(ByteBuf in) {
        int length = Math.min(in.readableBytes(), MAX_LINE);
        int end = in.indexOf(in.readerIndex(), in.readerIndex() + length, (byte) '\n');
        if (end < 0) {
            return length == MAX_LINE ? WRONG : INCOMPLETE;
        }
        String text = in.toString(in.readerIndex(), end - in.readerIndex(), StandardCharsets.US_ASCII);
        if (!text.endsWith("\r")) {
            return WRONG;
        }
        int taken = text.length() + 1;
        String[] parts = text.substring(0, text.length() - 1).split(" ", -1);
        if (parts.length > 1 && parts[1].equals("UNKNOWN")) {
            return new Result.Read(taken, null); // whatever follows is to be ignored
        }
        if (parts.length != 6) {
            return WRONG;
        }
        boolean known = switch (parts[1]) {
            case "TCP4" -> NetUtil.isValidIpV4Address(parts[2]) && NetUtil.isValidIpV4Address(parts[3]);
            case "TCP6" -> isIpV6(parts[2]) && isIpV6(parts[3]);
            default -> false;
        };
        int from = port(parts[4]);
        int to = port(parts[5]);
        if (!known || from < 0 || to < 0) {
            return WRONG;
        }
        return new Result.Read(taken, new ConnectionAddresses(address(parts[2], from), address(parts[3], to)));
    }

    private static boolean isIpV6(String text) {
        return text.indexOf('%') < 0 && NetUtil.isValidIpV6Address(text);
    }

    private static int port(String text) {
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : -1;
        return port <= 65_535 ? port : -1;
    }

    private static InetSocketAddress address(String literal, int port) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(literal);
        return address(bytes == null ? new byte[4] : bytes, port);
    }

    private static InetSocketAddress address(byte[] bytes, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(bytes.length + " bytes (expected: 4 or 16)", e);
        }
    }

    private static Result binary(ByteBuf in) {
        int at = in.readerIndex();
        int command = in.getUnsignedByte(at + 12);
        int family = in.getUnsignedByte(at + 13);
        int length = in.getUnsignedShort(at + 14);
        if ((command != 0x20 && command != 0x21) || FIXED + length > MAX_BINARY) {
            return WRONG;
        }
        if (in.readableBytes() < FIXED + length) {
            return INCOMPLETE;
        }
        boolean local = command == 0x20; // the sender speaks for itself
        int addresses = switch (family) {
            case 0x00 -> 0;
            case 0x11 -> 4;
            case 0x21 -> 16;
            case 0x31 -> 108;
            default -> local ? 0 : -1;
        };
        if (local) {
            return new Result.Read(FIXED + length, null);
        }
        int block = addresses == 108 ? 216 : addresses == 0 ? 0 : 2 * addresses + 4;
        if (addresses < 0 || block > length) {
            return WRONG;
        }
        boolean unspecified = family == 0x00;
        if (!unspecified && !areFields(in, at + FIXED + block, at + FIXED + length, at, FIXED + length)) {
            return WRONG;
        }
        if (addresses != 4 && addresses != 16) {
            return new Result.Read(FIXED + length, null); // a Unix socket: nobody that could be named
        }
        byte[] from = new byte[addresses];
        byte[] to = new byte[addresses];
        in.getBytes(at + FIXED, from).getBytes(at + FIXED + addresses, to);
        int ports = at + FIXED + 2 * addresses;
        return new Result.Read(
                FIXED + length,
                new ConnectionAddresses(
                        address(from, in.getUnsignedShort(ports)), address(to, in.getUnsignedShort(ports + 2))));
    }

    /** Whether fields of type, length and value fill a range; of those that are known, whether they are right. */
    private static boolean areFields(ByteBuf in, int from, int to, int header, int headerLength) {
        int at = from;
        while (at < to) {
            if (at + 3 > to || at + 3 + in.getUnsignedShort(at + 1) > to) {
                return false;
            }
            int type = in.getUnsignedByte(at);
            int length = in.getUnsignedShort(at + 1);
            int value = at + 3;
            boolean right = switch (type) {
                case CRC -> length == 4 && isChecksum(in, value, header, headerLength);
                case SSL -> length >= 5 && areFields(in, value + 5, value + length, header, headerLength);
                default -> true;
            };
            if (!right) {
                return false;
            }
            at = value + length;
        }
        return true;
    }

    private static boolean isChecksum(ByteBuf in, int value, int header, int headerLength) {
        byte[] bytes = new byte[headerLength];
        in.getBytes(header, bytes);
        Arrays.fill(bytes, value - header, value - header + 4, (byte) 0);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return in.getUnsignedInt(value) == checksum.getValue();
    }
}
