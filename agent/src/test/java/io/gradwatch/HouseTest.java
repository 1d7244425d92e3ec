package io.gradwatch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The walls between the packages. */
class HouseTest {
  private static JavaClasses house;

  @BeforeAll
  static void readTheClasses() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.gradwatch");
  }

  /** Left: a stage. Right: all packages of the house that it must not see. */
  @ParameterizedTest
  @CsvSource({
    "sample,     window importance drift report topology config metrics http serde agent cli demo",
    "window,     importance drift report topology config metrics http serde agent cli demo",
    "importance, drift report topology config metrics http serde agent cli demo",
    "drift,      report topology config metrics http serde agent cli demo",
    "report,     topology config http serde agent cli demo",
    "recommend,  sample window drift report selftest compare topology config metrics http serde agent cli demo",
    "compare,    sample window drift report selftest topology config metrics http serde agent cli demo",
    "selftest,   report topology config metrics http serde agent cli demo",
  })
  void aStageLooksOnlyUpstream(String stage, String hidden) {
    noClasses().that(liveIn(stage)).should().dependOnClassesThat(liveIn(hidden)).check(house);
  }

  /** Left: a package that serves. Right: all packages of the house that it must not see. */
  @ParameterizedTest
  @CsvSource({
    "metrics,  sample window importance drift report topology config http serde agent cli demo",
    "http,     sample window importance drift report topology config serde agent cli demo",
    "serde,    importance drift report topology config metrics http agent cli demo",
    "config,   report topology metrics http serde agent cli demo",
    "topology, config http agent cli demo",
    "agent,    cli demo",
    "demo,     cli",
  })
  void whatServesKnowsNobodyWhomItServes(String servant, String hidden) {
    noClasses().that(liveIn(servant)).should().dependOnClassesThat(liveIn(hidden)).check(house);
  }

  @Test
  void djlStaysOnTheDevice() {
    noClasses()
        .that(not(resideInAnyPackage("io.gradwatch.importance.device..")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("ai.djl.."))
        .check(house);
  }

  @Test
  void micrometerStaysInMetricsAndHttp() {
    noClasses()
        .that(not(liveIn("metrics http")))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.micrometer..", "io.prometheus.."))
        .check(house);
  }

  @Test
  void kafkaStaysAtTheBorders() {
    noClasses()
        .that(not(liveIn("topology serde config demo agent")))
        .and()
        .doNotHaveFullyQualifiedName("io.gradwatch.metrics.RuntimeMeters")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.kafka.."))
        .check(house);
  }

  @Test
  void nothingInATopologyWaits() {
    noClasses()
        .that(liveIn("topology"))
        .should()
        .accessTargetWhere(
            calls(Future.class, "get")
                .or(calls(CompletableFuture.class, "get|join"))
                .or(calls(CountDownLatch.class, "await"))
                .or(calls(Thread.class, "join|sleep"))
                .or(calls(Object.class, "wait"))
                .or(calls(BlockingQueue.class, "put|take")))
        .check(house);
  }

  @Test
  void nothingInATopologyReadsOrWrites() {
    noClasses()
        .that(liveIn("topology"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.io", "java.nio.file..", "java.nio.channels..", "java.net..")
                // Interfaces that other types carry, and that read and write nothing.
                .and(not(nameMatching("java\\.io\\.(Serializable|Closeable)"))))
        .check(house);
  }

  @Test
  void nobodyHasAHiddenClockOrChance() {
    noClasses()
        .that(not(liveIn("cli demo agent")))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.InstantSource.class, "system")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(java.util.Random.class)
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .orShould()
        .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
        .check(house);
  }

  @Test
  void onlyTheWorkersClockReadsTheTimerOfTheMachine() {
    noClasses()
        .that(not(liveIn("cli demo agent")))
        .and()
        .haveNameNotMatching("io\\.gradwatch\\.importance\\.WorkerClock(\\$.*)?")
        .should()
        .callMethod(System.class, "nanoTime")
        .check(house);
  }

  @Test
  void noPackageDependsOnItselfThroughOthers() {
    slices().matching("io.gradwatch.(*)..").should().beFreeOfCycles().check(house);
  }

  @Test
  void noPackageIsADrawerForWhatBelongsNowhere() {
    noClasses()
        .should()
        .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..impl..")
        .check(house);
  }

  @Test
  void whatIsPublicAndStaticIsFinal() {
    fields().that().arePublic().and().areStatic().should().beFinal().check(house);
  }

  @Test
  void whatIsPublicAndStaticIsNoArray() {
    noFields()
        .that()
        .arePublic()
        .and()
        .areStatic()
        .should()
        .haveRawType(describe("an array", JavaClass::isArray))
        .allowEmptyShould(true)
        .check(house);
  }

  private static DescribedPredicate<JavaClass> liveIn(String packages) {
    return resideInAnyPackage(
        Stream.of(packages.split(" "))
            .map(name -> "io.gradwatch." + name + "..")
            .toArray(String[]::new));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(Class<?> type, String methods) {
    return describe(
        "calls of %s.%s".formatted(type.getSimpleName(), methods),
        access ->
            access.getTargetOwner().isAssignableTo(type)
                && access.getTarget().getName().matches(methods));
  }
}
