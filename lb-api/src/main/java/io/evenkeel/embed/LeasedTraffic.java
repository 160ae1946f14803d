package io.evenkeel.embed;

import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What goes over one leased connection, watched for how the use will have ended.
 *
 * <p>One thread reads, one writes, any may end it. Costs a few plain or volatile fields per call and no copy.
 */
final class LeasedTraffic {

    private final Lease lease;
    private volatile boolean sent;
    private volatile boolean received;
    private volatile boolean outputEnded;
    private volatile @Nullable Outcome failure;

    LeasedTraffic(Lease lease) {
        this.lease = lease;
    }

    InputStream watch(InputStream in) {
        return new Input(in);
    }

    OutputStream watch(OutputStream out) {
        return new Output(out);
    }

    void noMoreOutput() {
        outputEnded = true;
    }

    /** Ends the lease; what happens afterwards is of our own making and does not count. */
    void end() {
        Outcome bad = failure;
        if (bad != null) {
            lease.completeUntimed(bad);
        } else {
            lease.completeUntimed(sent || received ? Outcome.SUCCESS : Outcome.CANCELLED);
        }
    }

    private int got(int count) {
        if (count >= 0) {
            if (!received) {
                received = true;
            }
            if (failure == Outcome.TIMEOUT) {
                failure = null; // it was only late
            }
        } else if (!received && !outputEnded) {
            failure = Outcome.RESET;
        }
        return count;
    }

    private IOException failed(IOException e) {
        failure = e instanceof SocketTimeoutException ? Outcome.TIMEOUT : Outcome.RESET;
        return e;
    }

    private final class Input extends FilterInputStream {

        Input(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                int value = in.read();
                got(value);
                return value;
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                int count = in.read(target, offset, length);
                return count == 0 ? 0 : got(count);
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    private final class Output extends FilterOutputStream {

        Output(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            try {
                out.write(source, offset, length);
                if (!sent && length > 0) {
                    sent = true;
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }
}
