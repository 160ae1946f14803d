package io.evenkeel.discovery;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
        packages = "io.evenkeel",
        importOptions = {ImportOption.DoNotIncludeTests.class, DiscoveryModuleArchitectureTest.NoTestJars.class})
class DiscoveryModuleArchitectureTest {

    private static final String MARATHON = "io.evenkeel.discovery.marathon";
    private static final String FILE = "io.evenkeel.discovery.file";
    private static final String DNS = "io.evenkeel.discovery.dns";
    private static final String MESOS_DNS = "io.evenkeel.discovery.mesosdns";

    @ArchTest
    static final ArchRule sourcesNeedTheApiAndJacksonAndNothingElse = classes()
            .that()
            .resideInAnyPackage(MARATHON, FILE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    MARATHON,
                    FILE,
                    "io.evenkeel.discovery",
                    "io.evenkeel.endpoint",
                    "com.fasterxml.jackson..",
                    "org.slf4j..",
                    "org.jspecify..",
                    "java..",
                    "javax.net.ssl..");

    @ArchTest
    static final ArchRule theApiKnowsNoSource = noClasses()
            .that()
            .resideOutsideOfPackages(MARATHON, FILE, DNS, MESOS_DNS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(MARATHON, FILE, DNS, MESOS_DNS, "com.fasterxml.jackson..", "io.netty..", "org.xbill..");

    @ArchTest
    static final ArchRule onlyDnsKnowsDnsjava = noClasses()
            .that()
            .resideOutsideOfPackage(DNS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.xbill..");

    @ArchTest
    static final ArchRule dnsNeedsTheApiAndDnsjava = classes()
            .that()
            .resideInAPackage(DNS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    DNS,
                    "io.evenkeel.discovery",
                    "io.evenkeel.endpoint",
                    "org.xbill.DNS..",
                    "org.slf4j..",
                    "org.jspecify..",
                    "java..");

    @ArchTest
    static final ArchRule sourcesDoNotKnowEachOther = noClasses()
            .that()
            .resideInAnyPackage(FILE, DNS, MESOS_DNS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(MARATHON);

    @ArchTest
    static final ArchRule onlyAFewClassesSpeakHttp = noClasses()
            .that()
            .resideInAPackage(MARATHON)
            .and()
            .haveNameNotMatching(
                    ".*\\.(MarathonClient|HttpEventTransport|HttpTarget|Connections|DcosLogin|BoundedBody|MarathonCalls)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http");

    /** Leaves out lb-api's test-jar, and its directory in a build that has not packaged it. */
    static final class NoTestJars implements ImportOption {

        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar") && !location.contains("/test-classes/");
        }
    }
}
