package dev.millrace.collector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.millrace.collector", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {
    @ArchTest
    static final ArchRule hasNoCycles =
            slices().matching("dev.millrace.collector.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule keepsProblemsApart = noClasses()
            .that()
            .resideInAPackage("dev.millrace.collector.problem")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.millrace.collector", "dev.millrace.collector.content", "dev.millrace.collector.store");

    @ArchTest
    static final ArchRule keepsTheStoreFreeOfHttp = noClasses()
            .that()
            .resideInAPackage("dev.millrace.collector.store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.servlet..", "org.springframework.web..", "dev.millrace.collector.problem");

    @ArchTest
    static final ArchRule injectsNoFields = noFields()
            .should()
            .beAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
            .orShould()
            .beAnnotatedWith("org.springframework.beans.factory.annotation.Value");
}
