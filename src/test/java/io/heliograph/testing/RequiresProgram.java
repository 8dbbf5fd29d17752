package io.heliograph.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks tests that start a program which Maven does not bring. Without it they are
 * skipped and counted, or fail if {@code heliograph.tests.require} is {@code all}.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ProgramCondition.class)
public @interface RequiresProgram {

	/** The programs' names. */
	String[] value();

	/** The Debian packages that hold them, with a space between two. */
	String apt();

}
