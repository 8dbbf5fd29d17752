package io.heliograph.storage;

import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Set;

/** The file system of each {@link LossyPath}. */
final class LossyFileSystem extends FileSystem {

	static final LossyFiles FILES = new LossyFiles();

	static final LossyFileSystem INSTANCE = new LossyFileSystem();

	private LossyFileSystem() {
	}

	@Override
	public LossyFiles provider() {
		return FILES;
	}

	@Override
	public boolean isOpen() {
		return true;
	}

	@Override
	public boolean isReadOnly() {
		return false;
	}

	@Override
	public String getSeparator() {
		return "/";
	}

	@Override
	public Set<String> supportedFileAttributeViews() {
		return Set.of("basic", "posix");
	}

	@Override
	public void close() {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<Path> getRootDirectories() {
		throw new UnsupportedOperationException();
	}

	@Override
	public List<FileStore> getFileStores() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Path getPath(String first, String... more) {
		throw new UnsupportedOperationException();
	}

	@Override
	public PathMatcher getPathMatcher(String syntaxAndPattern) {
		throw new UnsupportedOperationException();
	}

	@Override
	public UserPrincipalLookupService getUserPrincipalLookupService() {
		throw new UnsupportedOperationException();
	}

	@Override
	public WatchService newWatchService() {
		throw new UnsupportedOperationException();
	}

}
