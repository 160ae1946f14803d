package io.evenkeel.l4.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenkeel.discovery.Problem;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.vip.VipService;
import io.evenkeel.vip.VirtualIp;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The HTTP API of DC/OS's network agent, as far as it is about VIPs, and what is wrong with any. */
final class VipApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final VipService service;
    private final String version;

    VipApi(VipService service, String version) {
        this.service = service;
        this.version = version;
    }

    AdminServer.Builder routes() {
        return AdminServer.builder()
                .route("/v1/vips", this::vips)
                .route("/v1/version", this::version)
                .route("/v1/hosts/", this::hosts)
                .route("/v1/problems", this::problems);
    }

    private AdminResponse vips(AdminRequest request) {
        ArrayNode list = JSON.createArrayNode();
        for (VirtualIp vip : service.loadBalancer().vips().vips()) {
            ObjectNode one = list.addObject();
            one.put("vip", vip.authority());
            one.put("protocol", vip.protocol().lowerCase());
            ArrayNode backends = one.putArray("backend");
            for (EndpointStats stats :
                    service.loadBalancer().cluster(vip).state().active()) {
                Endpoint endpoint = stats.endpoint();
                InetAddress address = endpoint.address().getAddress();
                backends.addObject()
                        .put("ip", address == null ? endpoint.address().getHostString() : address.getHostAddress())
                        .put("port", endpoint.address().getPort());
            }
        }
        String body = text(list);
        String etag = "\"" + Base64.getEncoder().encodeToString(sha1(body)) + "\"";
        if (matches(request.header("if-none-match"), etag)) {
            return new AdminResponse(304, "application/json", Map.of("ETag", etag), "");
        }
        return AdminResponse.json(body).withHeader("ETag", etag);
    }

    private AdminResponse version(AdminRequest request) {
        return AdminResponse.json(
                text(JSON.createObjectNode().put("applicationName", "evenkeel").put("applicationVersion", version)));
    }

    /** The address of a name, in the form of Mesos-DNS: an empty address if there is none. */
    private AdminResponse hosts(AdminRequest request) {
        String host = request.path().substring("/v1/hosts/".length()).toLowerCase(Locale.ROOT);
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        InetAddress address = service.dataPlane().names().get(name);
        ArrayNode list = JSON.createArrayNode();
        list.addObject().put("host", host).put("ip", address == null ? "" : address.getHostAddress());
        return AdminResponse.json(text(list));
    }

    private AdminResponse problems(AdminRequest request) {
        ArrayNode list = JSON.createArrayNode();
        for (Problem problem : service.problems()) {
            list.addObject().put("subject", problem.subject()).put("reason", problem.reason());
        }
        return AdminResponse.json(text(list));
    }

    private static boolean matches(@Nullable String wanted, String etag) {
        if (wanted == null) {
            return false;
        }
        for (String one : wanted.split(",", -1)) {
            String tag = one.strip();
            tag = tag.startsWith("W/") ? tag.substring(2) : tag;
            // DC/OS's own clients send the tag without quotes.
            if (tag.equals("*") || tag.equals(etag) || ("\"" + tag + "\"").equals(etag)) {
                return true;
            }
        }
        return false;
    }

    private static String text(Object tree) {
        try {
            return JSON.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers is JSON", e);
        }
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is part of every Java platform", e);
        }
    }
}
