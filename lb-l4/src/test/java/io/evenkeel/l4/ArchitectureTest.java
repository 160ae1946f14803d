package io.evenkeel.l4;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.evenkeel", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nothingDependsOnTheRunner = noClasses()
            .that(resideOutsideOfPackage("..runner.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..runner..");

    @ArchTest
    static final ArchRule onlyTheRunnerKnowsJsonFlagsHttpAndMarathon = noClasses()
            .that(resideInAPackage("io.evenkeel.l4.."))
            .and(resideOutsideOfPackage("..runner.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.fasterxml.jackson..",
                    "picocli..",
                    "ch.qos.logback..",
                    "io.netty.handler.codec.http..",
                    "io.evenkeel.discovery.marathon..");

    @ArchTest
    static final ArchRule theApiKnowsNoNetwork = noClasses()
            .that(resideOutsideOfPackage("io.evenkeel.l4.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.evenkeel.l4..");

    @ArchTest
    static final ArchRule packagesBuildOnEachOtherOneWay =
            slices().matching("io.evenkeel.l4.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule relayingKnowsNothingOfWhatIsBuiltOnIt = classes()
            .that()
            .resideInAPackage("io.evenkeel.l4")
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackage("io.evenkeel.l4..").or(resideInAPackage("io.evenkeel.l4")));
}
