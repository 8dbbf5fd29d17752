package io.heliograph.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What a power cut or a disk does to a file. */
enum Damage {

	CUT {
		@Override
		byte[] of(byte[] whole, Random random) {
			return Arrays.copyOf(whole, random.nextInt(whole.length));
		}
	},

	ZEROS {
		@Override
		byte[] of(byte[] whole, Random random) {
			byte[] bytes = whole.clone();
			for (int i = 0; i < 4; i++) {
				int block = random.nextInt(bytes.length / BLOCK) * BLOCK;
				Arrays.fill(bytes, block, block + BLOCK, (byte) 0);
			}
			return bytes;
		}
	},

	ZEROS_TO_THE_END {
		@Override
		byte[] of(byte[] whole, Random random) {
			byte[] bytes = whole.clone();
			Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 0);
			return bytes;
		}
	},

	FLIPPED_BITS {
		@Override
		byte[] of(byte[] whole, Random random) {
			byte[] bytes = whole.clone();
			for (int i = 0; i < 20; i++) {
				bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
			}
			return bytes;
		}
	},

	/** H2 has no checksum of values. */
	A_BIT_OF_A_VALUE {
		@Override
		byte[] of(byte[] whole, Random random) {
			String change = " " + (1 + random.nextInt(DatabaseFileTests.CHANGES)) + " ";
			return new String(whole, StandardCharsets.ISO_8859_1).replace("change" + change, "chance" + change)
				.getBytes(StandardCharsets.ISO_8859_1);
		}
	};

	private static final int BLOCK = 4096;

	abstract byte[] of(byte[] whole, Random random);

}
