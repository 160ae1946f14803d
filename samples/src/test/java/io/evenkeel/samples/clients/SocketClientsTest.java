package io.evenkeel.samples.clients;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Clients over the socket factory, with a new connection for each question. */
@Timeout(120)
class SocketClientsTest {

    private static final Pattern LOCAL_ADDRESS = Pattern.compile(" laddr=([0-9.]+):");
    private static final Pattern TASK = Pattern.compile("task_id:(\\S+)");

    @Test
    void redis() {
        try (ScalingApp app = ScalingApp.ofKind("redis")) {
            Redis redis = new Redis(app.loadBalancer(), ScalingApp.APP);

            app.scaleWhileAsking(() -> {
                try (Jedis connection = redis.connect()) {
                    Matcher matcher = TASK.matcher(connection.info());
                    return matcher.find() ? matcher.group(1) : "no task id";
                }
            });
        }
    }

    /** Real servers, where there are any to be had. */
    @Test
    void redisOfItsMakers() throws Exception {
        List<RedisProcess> servers = new ArrayList<>();
        List<InetSocketAddress> agents = Agents.withAFreePort();
        try {
            for (InetSocketAddress address : agents) {
                Optional<RedisProcess> server = RedisProcess.start(address);
                assumeThat(server).as("redis-server in the path").isPresent();
                server.ifPresent(servers::add);
            }
            try (ScalingApp app = ScalingApp.servedAt(agents.get(0).getPort())) {
                Redis redis = new Redis(app.loadBalancer(), ScalingApp.APP);

                app.scaleWhileAsking(() -> {
                    try (Jedis connection = redis.connect()) {
                        Matcher matcher = LOCAL_ADDRESS.matcher(connection.clientInfo());
                        return matcher.find() ? matcher.group(1) : "no address";
                    }
                });
            }
        } finally {
            servers.forEach(RedisProcess::close);
        }
    }

    @Test
    void jdbc() throws Exception {
        List<FakePostgres> servers = new ArrayList<>();
        List<InetSocketAddress> agents = Agents.withAFreePort();
        for (InetSocketAddress address : agents) {
            servers.add(new FakePostgres(address));
        }
        try (ScalingApp app = ScalingApp.servedAt(agents.get(0).getPort())) {
            Jdbc.install(app.loadBalancer());
            Jdbc database = new Jdbc(ScalingApp.APP);

            app.scaleWhileAsking(() -> {
                try (Connection connection = database.connect("somebody");
                        Statement statement = connection.createStatement();
                        ResultSet result = statement.executeQuery("SELECT who")) {
                    result.next();
                    return result.getString(1);
                }
            });
        } finally {
            servers.forEach(FakePostgres::close);
        }
    }
}
