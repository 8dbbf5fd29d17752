package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.h2.store.fs.FileUtils;

/** How H2 opens the files of a {@link LossyDisk}. */
public final class LossyFilePath extends FilePathWrapper {

	/** H2 makes one for each file. */
	public LossyFilePath() {
	}

	static void register() {
		FilePath.register(new LossyFilePath());
	}

	@Override
	public String getScheme() {
		return LossyPath.SCHEME;
	}

	@Override
	public FileChannel open(String mode) throws IOException {
		return FileChannel.open(LossyPath.of(Path.of(getBase().toString())), FileUtils.modeToOptions(mode),
				FileUtils.NO_ATTRIBUTES);
	}

}
