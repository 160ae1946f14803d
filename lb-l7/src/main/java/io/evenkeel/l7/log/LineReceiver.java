package io.evenkeel.l7.log;

import java.io.IOException;

/** Makes lines of records, and writes many of them at once. Used on the log's thread only. */
final class LineReceiver implements AccessLogReceiver {

    private final LineFormat format;
    private final LineTarget target;
    private final LineBuffer lines = new LineBuffer();

    LineReceiver(LineFormat format, LineTarget target) {
        this.format = format;
        this.target = target;
    }

    @Override
    public void receive(AccessRecord record) {
        format.write(record, lines);
        lines.add('\n');
    }

    @Override
    public void flush() throws IOException {
        try {
            target.write(lines.bytes(), lines.length());
        } finally {
            lines.clear();
        }
    }

    @Override
    public void reopen() throws IOException {
        target.reopen();
    }

    @Override
    public void close() throws IOException {
        target.close();
    }
}
