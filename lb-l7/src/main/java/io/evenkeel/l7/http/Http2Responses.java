package io.evenkeel.l7.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/** Puts responses that came by HTTP/2 in the form of HTTP/1.1, if they are well-formed. Stateless. */
public final class Http2Responses {

    private static final byte[] HTTP_11 = Bytes.of("HTTP/1.1 ");
    private static final byte[] LINE_END = Bytes.of(" \r\n");

    private Http2Responses() {}

    /**
     * Writes a head.
     *
     * @param headers as the decoder delivered them, pseudo-header fields first
     * @param out begun by this method; holds the head with its empty line
     * @return false if it is malformed in the terms of HTTP/2
     */
    public static boolean write(Http2Headers headers, HeadWriter out) {
        boolean begun = false;
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            AsciiString name = AsciiString.of(header.getKey());
            AsciiString value = AsciiString.of(header.getValue());
            if (!begun) {
                if (!name.equals(Http2Headers.PseudoHeaderName.STATUS.value()) || !isStatus(value)) {
                    return false;
                }
                out.begin().add(HTTP_11);
                add(out, value).add(LINE_END);
                begun = true;
            } else if (Http2Requests.isName(name)
                    && Http2Requests.isValue(value)
                    && !Http2Requests.isOfConnection(name, value)) {
                add(out, name).add(':').add(' ');
                add(out, value).endLine();
            } else {
                return false;
            }
        }
        out.endLine();
        return begun;
    }

    private static boolean isStatus(AsciiString value) {
        return value.length() == 3 && isDigit(value.byteAt(0)) && isDigit(value.byteAt(1)) && isDigit(value.byteAt(2));
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static HeadWriter add(HeadWriter out, AsciiString text) {
        return out.add(text.array(), text.arrayOffset(), text.arrayOffset() + text.length());
    }
}
