package io.heliograph.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A file on a disk that fails at what it is told. */
final class FailingFile extends AuditFile {

	private final Disk disk;

	private FailingFile(Path path, Disk disk) throws IOException {
		super(path);
		this.disk = disk;
	}

	/** What a disk does. */
	enum Step {

		OPEN, APPEND, CUT, FORCE

	}

	/** Half of the line is there when the disk is full. */
	@Override
	void append(byte[] line) throws IOException {
		if (this.disk.fails(Step.APPEND)) {
			super.append(Arrays.copyOf(line, line.length / 2));
			throw new IOException("No space left on device");
		}
		super.append(line);
	}

	@Override
	void cut(long length) throws IOException {
		this.disk.beforeCut.run();
		this.disk.check(Step.CUT);
		super.cut(length);
	}

	@Override
	void force() throws IOException {
		this.disk.forces.incrementAndGet();
		this.disk.beforeForce.run();
		this.disk.check(Step.FORCE);
		super.force();
	}

	/** The disk of all files. */
	static final class Disk implements AuditWriter.Opening {

		final AtomicInteger forces = new AtomicInteger();

		volatile Runnable beforeForce = () -> {
		};

		volatile Runnable beforeCut = () -> {
		};

		private volatile Set<Step> failing = EnumSet.noneOf(Step.class);

		/** From here on it fails at these steps, and at no others. */
		void failAt(Step... steps) {
			EnumSet<Step> failing = EnumSet.noneOf(Step.class);
			failing.addAll(Arrays.asList(steps));
			this.failing = failing;
		}

		private boolean fails(Step step) {
			return this.failing.contains(step);
		}

		private void check(Step step) throws IOException {
			if (fails(step)) {
				throw new IOException("Input/output error");
			}
		}

		@Override
		public AuditFile open(Path path) throws IOException {
			check(Step.OPEN);
			return new FailingFile(path, this);
		}

	}

}
