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
        int before = lines.length();
        boolean whole = false;
        try {
            format.write(record, lines);
            lines.add('\n');
            whole = true;
        } finally {
            if (!whole) {
                lines.cutTo(before); // no half a line in front of the next one
            }
        }
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
