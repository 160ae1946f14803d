package io.evenkeel.l7;

import java.io.ByteArrayOutputStream;

/** Writes the little of ASN.1's DER that keys and certificates are wrapped in. Stateless. */
final class Der {

    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int UTF8_STRING = 0x0C;
    static final int UTC_TIME = 0x17;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int CONTEXT_0 = 0xA0;
    static final int CONTEXT_3 = 0xA3;

    private static final byte[] NULL = {0x05, 0x00};

    /** rsaEncryption, with its empty parameters. */
    static final byte[] RSA = of(SEQUENCE, oid(0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01), NULL);

    /** The name of id-ecPublicKey; a curve goes with it. */
    static final byte[] EC = oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01);

    /** ecdsa-with-SHA256. */
    static final byte[] ECDSA_SHA256 = of(SEQUENCE, oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02));

    /** The name of commonName. */
    static final byte[] COMMON_NAME = oid(0x55, 0x04, 0x03);

    private Der() {}

    /** One value: its tag, its length, and what it consists of. */
    static byte[] of(int tag, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(length >>> (8 * i));
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] oid(int... arcs) {
        byte[] bytes = new byte[arcs.length];
        for (int i = 0; i < arcs.length; i++) {
            bytes[i] = (byte) arcs[i];
        }
        return of(0x06, bytes);
    }

    /** A key as PKCS#8 has it, from the form that is of its algorithm only. */
    static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return of(SEQUENCE, of(INTEGER, new byte[] {0}), algorithm, of(OCTET_STRING, key));
    }
}
