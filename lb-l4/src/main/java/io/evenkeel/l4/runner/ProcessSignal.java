package io.evenkeel.l4.runner;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something on a signal instead of what it does by itself, where the JVM lets programs have it. */
public final class ProcessSignal {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessSignal.class);

    private ProcessSignal() {}

    /**
     * Does this on a signal from now on, and no longer what was to be done on it before.
     *
     * @param name of the signal, such as {@code USR1}
     * @param action called on a thread of its own for each
     */
    public static void handle(String name, Runnable action) {
        // The JDK has no other way to a signal than this, which it supports and does not document (jdk.unsupported);
        // by reflection, so that nothing is missing where it is.
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    ProcessSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.info("SIG{} cannot be handled here: {}", name, e.toString());
        }
    }
}
