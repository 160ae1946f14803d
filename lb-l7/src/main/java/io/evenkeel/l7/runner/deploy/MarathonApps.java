package io.evenkeel.l7.runner.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.marathon.MarathonCalls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The applications of a Marathon, to be read and changed. */
final class MarathonApps {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final MarathonCalls calls;

    MarathonApps(MarathonCalls calls) {
        this.calls = calls;
    }

    /** All applications, without their tasks. */
    List<AppView> all() throws DeployException, InterruptedException {
        List<AppView> all = new ArrayList<>();
        JsonNode apps = call(Exit.MARATHON, "GET", "/v2/apps", "").path("apps");
        if (!apps.isArray()) { // somebody else, to whom nothing may be sent
            throw new DeployException(Exit.MARATHON, "GET /v2/apps: no applications (expected: Marathon's answer)");
        }
        apps.forEach(app -> all.add(AppView.of(app)));
        return all;
    }

    AppView one(String id) throws DeployException, InterruptedException {
        JsonNode app = call(Exit.MARATHON, "GET", "/v2/apps" + id, "").path("app");
        if (!app.isObject()) {
            throw new DeployException(
                    Exit.MARATHON, "GET /v2/apps" + id + ": no application (expected: Marathon's answer)");
        }
        return AppView.of(app);
    }

    void create(JsonNode definition) throws DeployException, InterruptedException {
        call(Exit.CREATE, "POST", "/v2/apps", definition.toString());
    }

    void delete(String id) throws DeployException, InterruptedException {
        call(Exit.DELETE, "DELETE", "/v2/apps" + id + "?force=true", "");
    }

    void scale(String id, int instances) throws DeployException, InterruptedException {
        call(Exit.SCALE, "PUT", "/v2/apps" + id, "{\"instances\": " + instances + "}");
    }

    /** Scales whatever else Marathon is about to do to it. */
    void scaleAnyway(String id, int instances) throws DeployException, InterruptedException {
        call(Exit.SCALE, "PUT", "/v2/apps" + id + "?force=true", "{\"instances\": " + instances + "}");
    }

    /** Kills tasks, none of which will be replaced. */
    void kill(Collection<String> tasks) throws DeployException, InterruptedException {
        call(
                Exit.SCALE,
                "POST",
                "/v2/tasks/delete?scale=true",
                JSON.valueToTree(Map.of("ids", tasks)).toString());
    }

    private JsonNode call(Exit exit, String method, String path, String body)
            throws DeployException, InterruptedException {
        try {
            MarathonCalls.Answer answer = calls.call(method, path, body);
            if (answer.status() / 100 == 2) {
                return JSON.readTree(answer.body());
            }
            if (answer.status() == 401 || answer.status() == 403) {
                throw new DeployException(
                        exit,
                        method + " " + path + ": Marathon answers " + answer.status()
                                + " (expected: credentials that may do this, as of --marathon-auth-credential-file)");
            }
            String reason = answer.body().replaceAll("\\s+", " ");
            throw new DeployException(
                    exit,
                    method + " " + path + ": Marathon answers " + answer.status() + " "
                            + reason.substring(0, Math.min(300, reason.length())));
        } catch (DiscoveryException e) {
            throw new DeployException(exit, String.valueOf(e.getMessage()));
        } catch (JsonProcessingException e) {
            throw new DeployException(exit, method + " " + path + ": no JSON (expected: Marathon's answer)");
        }
    }
}
