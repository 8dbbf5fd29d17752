package io.heliograph.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.heliograph.storage.DataDirectory;
import io.heliograph.testing.MovedClock;
import io.heliograph.web.Page;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.util.unit.DataSize;

/** An audit log without the rest of the server. */
final class TestAudit implements AutoCloseable {

	static final AuditSettings SETTINGS = new AuditSettings(Duration.ofDays(400), DataSize.ofMegabytes(100));

	/** Files of a tenth of a MiB. */
	static final AuditSettings SMALL = new AuditSettings(Duration.ofDays(10), DataSize.ofMegabytes(1));

	static final AuditFilter ALL = new AuditFilter(null, null, null, null, null);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	final AuditFiles files;

	final AuditLog log;

	final AuditReader reader;

	private TestAudit(Path data, AuditSettings settings, Clock clock, AuditWriter.Opening opening) {
		TestPropertyValues.of("heliograph.data-dir=" + data).applyTo(this.context);
		this.context.register(Parts.class);
		this.context.refresh();
		this.files = new AuditFiles(this.context.getBean(DataDirectory.class));
		this.log = new AuditLog(this.files, settings, clock, opening);
		this.reader = new AuditReader(this.files, this.log);
	}

	static TestAudit open(Path data) {
		return open(data, SETTINGS, new MovedClock());
	}

	static TestAudit open(Path data, AuditSettings settings, Clock clock) {
		return new TestAudit(data, settings, clock, AuditFile::new);
	}

	static TestAudit open(Path data, AuditSettings settings, AuditWriter.Opening opening) {
		return new TestAudit(data, settings, new MovedClock(), opening);
	}

	static AuditEvent event(String target) {
		return event(target, null);
	}

	static AuditEvent event(String target, @Nullable Object after) {
		return new AuditEvent("admin", null, "127.0.0.1", "user.create", target, null, after);
	}

	/** Appends a row of at least this many bytes. */
	long append(String target, int bytes) {
		return this.log.append(event(target, "x".repeat(bytes)));
	}

	long append(String target) {
		return this.log.append(event(target));
	}

	/** All rows, the newest first. */
	List<AuditEntry> rows() throws IOException {
		List<AuditEntry> rows = new ArrayList<>();
		for (AuditCursor cursor = AuditCursor.NEWEST; cursor != null;) {
			Page<AuditEntry> page = this.reader.read(ALL, cursor, Page.MAX_LIMIT);
			rows.addAll(page.items());
			cursor = (page.next() != null) ? AuditCursor.parse(page.next()) : null;
		}
		return rows;
	}

	List<Long> ids() throws IOException {
		return rows().stream().map(AuditEntry::id).toList();
	}

	List<String> targets() throws IOException {
		return rows().stream().map(AuditEntry::target).toList();
	}

	/** The file that was begun last. */
	Path lastFile() throws IOException {
		return this.files.path(this.files.numbers().last());
	}

	static Path lastFile(Path data) throws IOException {
		try (Stream<Path> files = Files.list(data.resolve("audit"))) {
			return files.sorted().reduce((first, second) -> second).orElseThrow();
		}
	}

	@Override
	public void close() throws IOException {
		this.log.close();
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(DataDirectory.class)
	@ConfigurationPropertiesScan("io.heliograph.storage")
	static class Parts {

	}

}
