package io.evenkeel;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The arrows between the packages point one way, and this is the way. */
@AnalyzeClasses(packages = "io.evenkeel", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS = Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.evenkeel..")
            .layer("endpoint")
            .definedBy("io.evenkeel.endpoint")
            .layer("discovery")
            .definedBy("io.evenkeel.discovery")
            .layer("strategy")
            .definedBy("io.evenkeel.strategy")
            .layer("vip")
            .definedBy("io.evenkeel.vip")
            .layer("health")
            .definedBy("io.evenkeel.health")
            .layer("layer")
            .definedBy("io.evenkeel.layer")
            .layer("cluster")
            .definedBy("io.evenkeel.cluster")
            .layer("call")
            .definedBy("io.evenkeel.call")
            .layer("root")
            .definedBy("io.evenkeel")
            .layer("resilience")
            .definedBy("io.evenkeel.resilience")
            .layer("metrics")
            .definedBy("io.evenkeel.metrics")
            .layer("embed")
            .definedBy("io.evenkeel.embed")
            .whereLayer("endpoint")
            .mayNotAccessAnyLayer()
            .whereLayer("discovery")
            .mayOnlyAccessLayers("endpoint")
            .whereLayer("strategy")
            .mayOnlyAccessLayers("endpoint")
            .whereLayer("health")
            .mayOnlyAccessLayers("endpoint")
            .whereLayer("vip")
            .mayOnlyAccessLayers("discovery", "endpoint")
            .whereLayer("layer")
            .mayOnlyAccessLayers("strategy", "endpoint")
            .whereLayer("cluster")
            .mayOnlyAccessLayers("discovery", "strategy", "health", "layer", "endpoint")
            .whereLayer("call")
            .mayOnlyAccessLayers("cluster", "strategy", "endpoint")
            .whereLayer("root")
            .mayOnlyBeAccessedByLayers("metrics", "embed")
            .whereLayer("resilience")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("metrics")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("embed")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.evenkeel.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_BUT_THE_PLATFORM_A_LOGGER_AND_WHAT_WAS_CHOSEN = ArchRuleDefinition.noClasses()
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "io.evenkeel..",
                    "java..",
                    "javax.net..",
                    "org.slf4j..",
                    "org.jspecify..",
                    "com.github.benmanes.caffeine..",
                    "io.github.resilience4j..",
                    "io.micrometer..");

    @ArchTest
    static void readsTheSystemClockInOneFile(JavaClasses classes) throws IOException {
        assertThat(classes).isNotEmpty();
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            List<String> named = files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, "nanoTime"))
                    .map(file -> file.getFileName().toString())
                    .toList();
            assertThat(named).containsExactly("Ticker.java");
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
