package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A refusal by the simulated Marathon, with the status and the JSON body in which it is told to the client. */
final class MarathonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ObjectNode body;

    MarathonException(int status, String message) {
        this(status, message, null, null);
    }

    MarathonException(int status, String message, @Nullable String path, @Nullable String error) {
        super(error == null ? message : message + ": " + path + " " + error);
        this.status = status;
        this.body = Json.object().put("message", message);
        if (error != null) {
            ObjectNode detail = body.putArray("details").addObject();
            detail.put("path", path).putArray("errors").add(error);
        }
    }

    static MarathonException noApp(String id) {
        return new MarathonException(404, "App '" + id + "' does not exist");
    }

    static MarathonException noPod(String id) {
        return new MarathonException(404, "Pod '" + id + "' does not exist");
    }

    static MarathonException invalid(String path, String error) {
        return new MarathonException(422, "Object is not valid", path, error);
    }

    static MarathonException locked(String deploymentId) {
        MarathonException locked = new MarathonException(
                409,
                "App is locked by one or more deployments. Override with the option '?force=true'. "
                        + "View details at '/v2/deployments/<DEPLOYMENT_ID>'.");
        locked.body.putArray("deployments").addObject().put("id", deploymentId);
        return locked;
    }

    Response response() {
        return Response.json(status, body);
    }
}
