package io.evenkeel.l7.runner;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something on SIGUSR1, where the JVM lets programs have that signal. */
final class UserSignal {

    private static final Logger LOG = LoggerFactory.getLogger(UserSignal.class);
    private static final String NAME = "USR1";

    private UserSignal() {}

    /*
     * The JDK has no other way to a signal than this, which it supports and does not document (module jdk.unsupported);
     * by reflection, so that nothing is missing where it is.
     */
    static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    UserSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(NAME), ours);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.info("SIG{} does nothing here: {}", NAME, e.toString());
        }
    }
}
