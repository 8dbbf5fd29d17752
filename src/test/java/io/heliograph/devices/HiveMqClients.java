package io.heliograph.devices;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Runs a class with each {@link Client} that is a library on the class path. */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass
@EnumSource(names = "HIVEMQ_.*", mode = Mode.MATCH_ALL)
@interface HiveMqClients {

}
