package io.evenkeel.l7.runner.deploy;

/** How the command ends; the codes up to 9 are those of marathon-lb's tool. */
enum Exit {
    DONE(0),
    /** Somebody said no. */
    STOPPED(1),
    UNKNOWN(2),
    BAD_ARGUMENTS(3),
    MISSING_FIELD(4),
    LOAD_BALANCER(5),
    MARATHON(6),
    CREATE(7),
    DELETE(8),
    SCALE(9),
    /** What was to come up did not, in time. */
    NOT_UP(10);

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
