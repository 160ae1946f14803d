package io.evenkeel.discovery.file;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.testing.DiscoveryContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.io.TempDir;

class FileDiscoveryContractTest extends DiscoveryContract {

    @TempDir
    private Path directory;

    private ScheduledExecutorService scheduler;

    @Override
    protected Discovery open(String service, int port) throws IOException {
        move(service, port);
        scheduler = Executors.newSingleThreadScheduledExecutor();
        return FileDiscovery.of(directory.resolve("targets.json"), scheduler, Duration.ofMillis(10));
    }

    @Override
    protected void move(String service, int port) throws IOException {
        Path next = directory.resolve("next.json");
        Files.writeString(
                next, "[{\"targets\": [\"127.0.0.1:" + port + "\"], \"labels\": {\"service\": \"" + service + "\"}}]");
        Files.move(next, directory.resolve("targets.json"), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    protected void closeWorld() {
        scheduler.shutdownNow();
    }
}
