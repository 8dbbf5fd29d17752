package io.heliograph.broker.engine;

import java.lang.reflect.Field;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What an object keeps to itself, by the names of its fields: for checks of what nobody
 * else has to know.
 */
final class Inside {

	private Inside() {
	}

	/** What is in a field, or behind it in the one that its object has. */
	static <T> T of(Object object, Class<T> type, String... names) {
		Object value = object;
		for (String name : names) {
			value = Objects.requireNonNull(field(value, name), name);
		}
		return type.cast(value);
	}

	@SuppressWarnings("unchecked")
	static <K, V> Map<K, V> map(Object object, String... names) {
		return (Map<K, V>) of(object, Map.class, names);
	}

	static Set<?> set(Object object, String... names) {
		return of(object, Set.class, names);
	}

	static long number(Object object, String... names) {
		return of(object, Number.class, names).longValue();
	}

	private static @Nullable Object field(Object object, String name) {
		try {
			Field field = object.getClass().getDeclaredField(name);
			field.setAccessible(true);
			return field.get(object);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
