package io.evenkeel.samples.clients;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** Clients over the socket factory, with a new connection for each question. */
@Timeout(120)
class SocketClientsTest {

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
}
