package io.evenkeel.l4.runner;

/** Netty's detection of buffers that are never released: off in the proxies, since it costs a stack trace now and then. */
public final class LeakDetection {

    private static final String LEVEL = "io.netty.leakDetection.level";
    private static final String FORMER_LEVEL = "io.netty.leakDetectionLevel";

    private LeakDetection() {}

    /** Turns it off unless somebody has asked for it; to be called before Netty allocates anything. */
    public static void offUnlessAskedFor() {
        if (System.getProperty(LEVEL) == null && System.getProperty(FORMER_LEVEL) == null) {
            System.setProperty(LEVEL, "disabled");
        }
    }
}
