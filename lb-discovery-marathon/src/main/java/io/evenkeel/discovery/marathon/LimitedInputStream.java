package io.evenkeel.discovery.marathon;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails once more bytes come out of it than allowed. Closing it does not close the stream beneath. */
final class LimitedInputStream extends FilterInputStream {

    private final long limit;
    private long seen;

    LimitedInputStream(InputStream in, long limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int got = super.read(target, offset, length);
        count(Math.max(0, got));
        return got;
    }

    @Override
    public void close() {}

    private void count(int bytes) throws IOException {
        seen += bytes;
        if (seen > limit) {
            throw new IOException("longer than " + limit + " bytes");
        }
    }
}
