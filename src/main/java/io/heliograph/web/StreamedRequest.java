package io.heliograph.web;

import java.io.BufferedReader;
import java.util.Collection;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;

/** A request whose body is read as a stream, and in no way around that. */
public abstract class StreamedRequest extends HttpServletRequestWrapper {

	protected StreamedRequest(HttpServletRequest request) {
		super(request);
	}

	@Override
	public BufferedReader getReader() {
		throw onlyStream();
	}

	@Override
	public Collection<Part> getParts() {
		throw onlyStream();
	}

	@Override
	public Part getPart(String name) {
		throw onlyStream();
	}

	private static UnsupportedOperationException onlyStream() {
		return new UnsupportedOperationException("read the body with getInputStream()");
	}

}
