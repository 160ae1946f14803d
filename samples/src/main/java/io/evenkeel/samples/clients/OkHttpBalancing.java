package io.evenkeel.samples.clients;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.embed.Attempts;
import io.evenkeel.embed.ServiceHosts;
import io.evenkeel.endpoint.Outcome;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * OkHttp with services as hosts: {@code new OkHttpClient.Builder().addInterceptor(new OkHttpBalancing(hosts))}.
 *
 * <p>Each request is balanced for itself, and goes elsewhere if it cannot connect. The server sees the service's name in
 * {@code Host}. The lease ends with the response's head. Thread-safe.
 *
 * @param hosts which hosts stand for services
 */
public record OkHttpBalancing(ServiceHosts hosts) implements Interceptor {

    @Override
    public Response intercept(Chain chain) throws IOException {
        HttpUrl url = chain.request().url();
        Cluster cluster = hosts.find(url.host(), url.port());
        if (cluster == null) {
            return chain.proceed(chain.request());
        }
        Attempts attempts = Attempts.at(cluster);
        Lease lease = attempts.first();
        while (true) {
            try {
                Response response = chain.proceed(at(chain.request(), lease));
                lease.complete(response.code() >= 500 ? Outcome.FAILURE : Outcome.SUCCESS);
                return response;
            } catch (IOException e) {
                if (chain.call().isCanceled()) {
                    lease.close(); // which is not the endpoint's fault
                }
                lease = attempts.after(lease, e);
            }
        }
    }

    private static Request at(Request request, Lease lease) {
        String host = lease.address().getAddress().getHostAddress();
        HttpUrl url = request.url();
        HttpUrl picked =
                url.newBuilder().host(host).port(lease.address().getPort()).build();
        String name = url.port() == HttpUrl.defaultPort(url.scheme()) ? url.host() : url.host() + ":" + url.port();
        return request.newBuilder().url(picked).header("Host", name).build();
    }
}
