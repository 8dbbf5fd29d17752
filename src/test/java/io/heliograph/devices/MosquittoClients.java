package io.heliograph.devices;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Runs a class with each {@link Client} that is a program of Mosquitto. */
@Retention(RetentionPolicy.RUNTIME)
@RequiresProgram(value = { "mosquitto_pub", "mosquitto_sub", "stdbuf" }, apt = "mosquitto-clients coreutils")
@ParameterizedClass
@EnumSource(names = "MOSQUITTO_.*", mode = Mode.MATCH_ALL)
@interface MosquittoClients {

}
