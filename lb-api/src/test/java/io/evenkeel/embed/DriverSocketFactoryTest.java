package io.evenkeel.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.LoadBalancer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DriverSocketFactoryTest {

    private final SocketEndpoint a = SocketEndpoint.naming("a");
    private final LoadBalancer lb = Lone.over(a.endpoint());
    private final ServiceHosts hosts = ServiceHosts.of(lb);

    @AfterEach
    void close() {
        DriverSocketFactory.uninstall(hosts);
        lb.close();
        a.close();
    }

    @Test
    void findsWhatIsInstalledHoweverTheDriverMakesIt() throws Exception {
        DriverSocketFactory.install(hosts);
        Class<?> byName = Class.forName("io.evenkeel.embed.DriverSocketFactory");
        SocketFactory any = (SocketFactory) byName.getConstructor().newInstance();
        SocketFactory one = (SocketFactory) byName.getConstructor(String.class).newInstance("web");
        SocketFactory ofClass = (SocketFactory) byName.getMethod("getDefault").invoke(null);

        assertServed(any, "web");
        assertServed(one, "db.invalid");
        assertServed(ofClass, "web");
        assertServed(new DriverSocketFactory(""), "web");
    }

    private static void assertServed(SocketFactory sockets, String host) throws Exception {
        try (Socket now = sockets.createSocket(host, 5432);
                Socket later = sockets.createSocket()) {
            later.connect(InetSocketAddress.createUnresolved(host, 5432), 30_000);
            assertThat(now.getInputStream().read()).isEqualTo('a');
            assertThat(later.getInputStream().read()).isEqualTo('a');
        }
    }

    @Test
    void saysWhatIsMissing() {
        DriverSocketFactory.install(hosts);
        DriverSocketFactory.uninstall(hosts);

        assertThatThrownBy(() -> new DriverSocketFactory().createSocket())
                .isInstanceOf(SocketException.class)
                .hasMessage("no load balancer (expected: DriverSocketFactory.install, or -Devenkeel.discovery=URI)");
    }

    @Test
    void keepsWhatWasInstalledLater() throws Exception {
        DriverSocketFactory.install(ServiceHosts.of(lb));
        DriverSocketFactory.install(hosts);
        DriverSocketFactory.uninstall(ServiceHosts.of(lb));

        assertServed(new DriverSocketFactory(), "web");
    }

    @Test
    void opensTheSourceThatThePropertyNames() throws Exception {
        String source = "static://web/127.0.0.1:" + a.endpoint().address().getPort();

        ChildJvm.run("-Devenkeel.discovery=" + source, Twice.class);
        assertThatThrownBy(() -> ChildJvm.run("-Devenkeel.discovery=static://other/127.0.0.1:1", Twice.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("UnknownHostException");
    }

    /** Connects twice with nothing installed. */
    static final class Twice {

        public static void main(String[] args) throws Exception {
            assertServed(new DriverSocketFactory(), "web");
            assertServed(new DriverSocketFactory(), "web");
        }
    }
}
