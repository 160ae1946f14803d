package io.evenkeel.discovery.marathon;

import java.io.IOException;

/** An answer is whole, or may be, but is not what was asked for. */
final class BadAnswerException extends IOException {

    private static final long serialVersionUID = 1L;

    BadAnswerException(String message) {
        super(message);
    }
}
