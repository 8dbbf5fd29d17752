package io.heliograph.account;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The addresses that begin with the same bits.
 *
 * @param address the first of them
 * @param bits how many bits are the same
 */
record Network(InetAddress address, int bits) {

	private static final int IPV6_BITS = 64;

	private static final int IPV4_PREFIX_BITS = 96;

	Network {
		byte[] bytes = address.getAddress();
		if (bits < 0 || bits > bytes.length * Byte.SIZE) {
			throw new IllegalArgumentException(
					"The part behind the / of a network is a number from 0 to " + bytes.length * Byte.SIZE + ".");
		}
		address = of(masked(bytes, bits));
	}

	/**
	 * Returns what somebody has who has an address: of IPv6, all that begin like it.
	 */
	static Network of(InetAddress address) {
		int all = address.getAddress().length * Byte.SIZE;
		return new Network(address, (all == Integer.SIZE) ? all : IPV6_BITS);
	}

	/**
	 * Reads a network, as 192.0.2.0/24, or a single address.
	 * @throws IllegalArgumentException if it is none, or names a host
	 */
	static Network parse(String text) {
		int slash = text.indexOf('/');
		InetAddress address = parseAddress((slash < 0) ? text : text.substring(0, slash));
		int all = address.getAddress().length * Byte.SIZE;
		int bits = (slash < 0) ? all : parseBits(text.substring(slash + 1));
		if (slash >= 0 && text.contains(":") && all == Integer.SIZE) {
			// it is written in the bits of IPv6
			bits -= IPV4_PREFIX_BITS;
		}
		Network network = new Network(address, bits);
		if (!network.address.equals(address)) {
			throw new IllegalArgumentException("The network has bits behind its length; write " + network + ".");
		}
		return network;
	}

	/**
	 * Reads an address.
	 * @throws IllegalArgumentException if it is none, or names a host
	 */
	static InetAddress parseAddress(String text) {
		// of names Java would ask the network
		if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") && !text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
			throw new IllegalArgumentException(
					"A network is an address, as 192.0.2.1 or 2001:db8::1, or one with its length, as 192.0.2.0/24.");
		}
		try {
			return InetAddress.getByName(text);
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException("There is no such address; give one as 192.0.2.1 or 2001:db8::1.");
		}
	}

	private static int parseBits(String text) {
		return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
	}

	boolean contains(InetAddress other) {
		byte[] bytes = other.getAddress();
		byte[] mine = this.address.getAddress();
		return bytes.length == mine.length && Arrays.equals(masked(bytes, this.bits), mine);
	}

	private static byte[] masked(byte[] bytes, int bits) {
		byte[] masked = bytes.clone();
		for (int i = 0; i < masked.length; i++) {
			int kept = Math.min(Math.max(bits - i * Byte.SIZE, 0), Byte.SIZE);
			masked[i] &= (byte) (0xff << (Byte.SIZE - kept));
		}
		return masked;
	}

	private static InetAddress of(byte[] bytes) {
		try {
			return InetAddress.getByAddress(bytes);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException("an address of " + bytes.length + " bytes", ex);
		}
	}

	/** An address alone, or one with its length. */
	@Override
	public String toString() {
		String text = this.address.getHostAddress();
		return (this.bits == this.address.getAddress().length * Byte.SIZE) ? text : text + "/" + this.bits;
	}

}
