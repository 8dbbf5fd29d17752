package io.heliograph;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.modulith.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
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

	@Test
	void rocksDbStaysInTheStore() {
		noClasses().that()
			.resideOutsideOfPackage("io.heliograph.broker.store")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.rocksdb..")
			.check(CLASSES);
	}

	@Test
	void everyPackageSaysWhatItIsAndIsNullMarked() {
		classes().should(new ArchCondition<>("be in a @NullMarked package that is a module or the root") {

			@Override
			public void check(JavaClass item, ConditionEvents events) {
				JavaPackage home = item.getPackage();
				boolean module = home.isAnnotatedWith(ApplicationModule.class) || home.getName().equals("io.heliograph")
						|| home.getName().equals("io.moquette.broker");
				if (!module || !home.isAnnotatedWith(NullMarked.class)) {
					events.add(SimpleConditionEvent.violated(item, item.getName() + " is in " + home.getName()));
				}
			}

		}).check(CLASSES);
	}

}
