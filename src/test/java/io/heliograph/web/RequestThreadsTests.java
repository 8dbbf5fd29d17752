package io.heliograph.web;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;

import static org.assertj.core.api.Assertions.assertThat;

/** How many threads may wait for what. */
class RequestThreadsTests {

	@ParameterizedTest
	@CsvSource({ "200, 50, 50, 100, 16", "24, 6, 6, 12, 2", "12, 3, 3, 6, 1" })
	void areShared(int all, int passwords, int ofUser, int bodies, int unread) {
		TomcatServerProperties tomcat = new TomcatServerProperties();
		tomcat.getThreads().setMax(all);
		RequestThreads threads = new RequestThreads(tomcat);
		assertThat(threads.forPasswords()).isEqualTo(passwords);
		assertThat(threads.forBodiesOfUser()).isEqualTo(ofUser);
		assertThat(threads.forBodies()).isEqualTo(bodies);
		assertThat(threads.forUnreadBodies()).isEqualTo(unread);
	}

}
