package io.heliograph.web;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;

/** The body of a request, read from the stream that the request had before. */
public abstract class BodyStream extends ServletInputStream {

	protected final ServletInputStream stream;

	protected BodyStream(ServletInputStream stream) {
		this.stream = stream;
	}

	@Override
	public boolean isFinished() {
		return this.stream.isFinished();
	}

	@Override
	public boolean isReady() {
		return this.stream.isReady();
	}

	@Override
	public void setReadListener(ReadListener listener) {
		this.stream.setReadListener(listener);
	}

}
