package io.evenkeel.samples.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway in front of services that a file names. */
class HttpGatewayTest {

    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(server -> server.stop(0));
    }

    /* A service that says its name, as an entry of the file. */
    private String service(String name) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, name.length());
            exchange.getResponseBody().write(name.getBytes(UTF_8));
            exchange.close();
        });
        server.start();
        servers.add(server);
        return "{\"targets\": [\"127.0.0.1:%d\"], \"labels\": {\"service\": \"%s\"}}"
                .formatted(server.getAddress().getPort(), name);
    }

    private static String get(InetSocketAddress address, String host, String path) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void requestsGoWhereHostAndPathLead(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(
                dir.resolve("services.json"),
                "[" + service("/shop/api") + "," + service("/shop/api-2") + "," + service("/shop/web") + "]");
        try (HttpGateway gateway = new HttpGateway(file.toUri(), "127.0.0.1:0")) {
            InetSocketAddress address = gateway.await();
            assertThat(get(address, "shop.example.com", "/api/cart")).endsWith("\r\n\r\n/shop/api");
            assertThat(get(address, "shop.example.com", "/")).endsWith("\r\n\r\n/shop/web");
            assertThat(get(address, "localhost", "/api")).endsWith("\r\n\r\n/shop/web");
            gateway.release("/shop/api-2");
            assertThat(get(address, "shop.example.com", "/api/cart")).endsWith("\r\n\r\n/shop/api-2");
        }
    }
}
