package io.evenkeel.l7;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the packages: {@code http ← rule ← l7 ← marathonlb ← runner}. */
@AnalyzeClasses(packages = "io.evenkeel.l7", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nothingDependsOnARunner = noClasses()
            .that(resideOutsideOfPackage("..runner.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..runner..");

    @ArchTest
    static final ArchRule onlyTheRunnerKnowsJsonFlagsLoggingAndMarathon = noClasses()
            .that(resideOutsideOfPackage("..runner.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.fasterxml.jackson..",
                    "picocli..",
                    "ch.qos.logback..",
                    "io.netty.handler.codec.http..",
                    "io.evenkeel.discovery.marathon..",
                    "io.evenkeel.discovery.file..");

    @ArchTest
    static final ArchRule theProxyKnowsNothingOfWhatIsBuiltOnIt = classes()
            .that()
            .resideInAPackage("io.evenkeel.l7")
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackage("io.evenkeel.l7..")
                    .or(resideInAPackage("io.evenkeel.l7"))
                    .or(resideInAPackage("io.evenkeel.l7.rule"))
                    .or(resideInAPackage("io.evenkeel.l7.log"))
                    .or(resideInAPackage("io.evenkeel.l7.http")));

    @ArchTest
    static final ArchRule rulesKnowMessagesOnly = classes()
            .that()
            .resideInAPackage("io.evenkeel.l7.rule")
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackage("io.evenkeel..")
                    .or(resideInAPackage("io.evenkeel.l7.rule"))
                    .or(resideInAPackage("io.evenkeel.l7.http")));

    @ArchTest
    static final ArchRule messagesAreReadAndWrittenWithoutTheRest = classes()
            .that()
            .resideInAPackage("io.evenkeel.l7.http")
            .should()
            .onlyDependOnClassesThat(
                    resideOutsideOfPackage("io.evenkeel..").or(resideInAPackage("io.evenkeel.l7.http")));

    @ArchTest
    static final ArchRule theAccessLogKnowsNothingOfWhatItTells = classes()
            .that()
            .resideInAPackage("io.evenkeel.l7.log")
            .should()
            .onlyDependOnClassesThat(
                    resideOutsideOfPackage("io.evenkeel.l7..").or(resideInAPackage("io.evenkeel.l7.log")));

    @ArchTest
    static final ArchRule packagesBuildOnEachOtherOneWay =
            slices().matching("io.evenkeel.l7.(*)..").should().beFreeOfCycles();
}
