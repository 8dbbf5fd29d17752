package io.heliograph;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

import org.springframework.modulith.core.ApplicationModules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Who may use what. */
class ModularityTests {

	private static final JavaClasses CLASSES = new ClassFileImporter().importPath("target/classes");

	@Test
	void modulesUseWhatTheyMay() {
		ApplicationModules.of(HeliographApplication.class).verify();
	}

	@Test
	void packagesFormNoCycle() {
		SlicesRuleDefinition.slices().matching("io.heliograph.(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void nettyStaysInTheAdapter() {
		noClasses().that()
			.resideOutsideOfPackages("io.heliograph.broker.moquette..", "io.moquette.broker..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.netty..", "io.moquette..")
			.check(CLASSES);
	}

	@Test
	void theDatabaseStaysInItsModule() {
		noClasses().that()
			.resideOutsideOfPackage("io.heliograph.storage..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.h2..", "com.zaxxer..", "org.flywaydb..")
			.check(CLASSES);
	}

}
