package io.heliograph.storage;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;

/**
 * A path on a {@link LossyDisk}: that of the real file, but of a file system of its own.
 * As text an absolute one begins with a scheme, by which H2 finds the same file system.
 */
record LossyPath(Path real) implements InvocationHandler {

	static final String SCHEME = "lossy";

	static Path of(Path real) {
		return (Path) Proxy.newProxyInstance(LossyPath.class.getClassLoader(), new Class<?>[] { Path.class },
				new LossyPath(real));
	}

	static Path real(Path path) {
		return ((LossyPath) Proxy.getInvocationHandler(path)).real;
	}

	@Override
	public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
		if (method.getName().equals("getFileSystem")) {
			return LossyFileSystem.INSTANCE;
		}
		if (method.getName().equals("toString") && this.real.isAbsolute()) {
			return SCHEME + ":" + this.real;
		}
		try {
			Object result = method.invoke(this.real, arguments);
			return (result instanceof Path path) ? of(path) : result;
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

}
