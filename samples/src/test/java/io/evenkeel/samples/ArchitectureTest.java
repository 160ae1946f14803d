package io.evenkeel.samples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Samples use the library as anybody would: what they need that is not public or not ours is missing in the library. */
@AnalyzeClasses(packages = "io.evenkeel", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule nothingDependsOnSamples = noClasses()
            .that(resideOutsideOfPackage("io.evenkeel.samples.."))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.evenkeel.samples..");

    /* Those under clients use other people's libraries, some of which show Netty. */
    @ArchTest
    static final ArchRule samplesNeedNoneOfTheLibrarysOwnTools = noClasses()
            .that()
            .resideInAPackage("io.evenkeel.samples..")
            .and()
            .resideOutsideOfPackage("io.evenkeel.samples.clients..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "com.fasterxml.jackson..", "ch.qos.logback..", "io.evenkeel.l4.runner..");

    @ArchTest
    static final ArchRule theDemoCarriesNoClients = noClasses()
            .that()
            .resideInAPackage("io.evenkeel.samples.demo..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.evenkeel.samples.clients..");

    @ArchTest
    static final ArchRule onlyMainsReadFlags = noClasses()
            .that()
            .resideInAPackage("io.evenkeel.samples..")
            .and()
            .haveNameNotMatching(".*Main(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");
}
