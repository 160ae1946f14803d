package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The apps of a generated cluster. */
final class GeneratedApp {

    private GeneratedApp() {}

    /** The app of a number, which decides everything about it. */
    static ObjectNode definition(int number, int instances) {
        ObjectNode app = Json.object()
                .put("id", "/team-" + number % 50 + "/service-" + number)
                .put("instances", instances)
                .put("cmd", "./serve --port $PORT0");
        ObjectNode labels = app.putObject("labels");
        if (number % 4 != 3) {
            labels.put("HAPROXY_GROUP", number % 4 == 2 ? "internal" : "external");
            labels.put("HAPROXY_0_VHOST", "service-" + number + ".example.com");
        }
        ObjectNode network = app.putArray("networks").addObject();
        switch (number % 10) {
            case 8 -> {
                network.put("mode", "container/bridge");
                mapping(app, number).put("hostPort", 0);
            }
            case 9 -> {
                network.put("mode", "container").put("name", "dcos");
                mapping(app, number);
            }
            default -> {
                network.put("mode", "host");
                port(app.putArray("portDefinitions").addObject(), number).put("port", 0);
            }
        }
        if (number % 5 != 4) {
            app.putArray("healthChecks")
                    .addObject()
                    .put("protocol", "MESOS_HTTP")
                    .put("path", "/health");
        }
        return app;
    }

    private static ObjectNode mapping(ObjectNode app, int number) {
        ObjectNode mapping = app.putObject("container").putArray("portMappings").addObject();
        return port(mapping, number).put("containerPort", 8080);
    }

    private static ObjectNode port(ObjectNode port, int number) {
        port.put("name", "http").put("protocol", "tcp");
        port.putObject("labels").put("VIP_0", "/service-" + number + ":80");
        return port;
    }
}
