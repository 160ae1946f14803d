package io.evenkeel.l7;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A frontend that speaks TLS by one provider, with the certificates of a test, and one endpoint behind it. */
abstract class TlsFixture {

    final TlsProvider provider;
    HttpFixture fixture;
    Backend web;

    TlsFixture(TlsProvider provider) {
        this.provider = provider;
    }

    /** PEM files with certificates and their keys, the default one first. */
    abstract List<Path> files();

    @BeforeEach
    void open() {
        assumeTrue(provider.isAvailable(), "this machine has no " + provider);
        open(HttpFixture.QUICK);
    }

    void open(HttpConfig config) {
        fixture = new HttpFixture(config, Certificates.load(files(), TlsOptions.HTTP.withProvider(provider)));
        web = Backend.text("web");
        fixture.endpoints(web);
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
            web.close();
        }
    }
}
