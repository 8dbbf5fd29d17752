package io.heliograph.powerloss;

import java.util.Random;

/**
 * How much reaches the disk by itself of what nobody has waited for.
 *
 * @param reaches how likely each block or change is to be there
 * @param inOrder how likely it is that a block has all its changes if it has any
 */
record Odds(double reaches, double inOrder) {

	static Odds drawn(Random random) {
		double reaches = switch (random.nextInt(4)) {
			case 0 -> 0;
			case 1 -> 1;
			default -> random.nextDouble();
		};
		return new Odds(reaches, 0.7);
	}

	boolean drawNew(Random random) {
		return random.nextDouble() < this.reaches;
	}

	/** Returns how many changes of so many are there, the first ones. */
	int draw(Random random, int all) {
		if (all == 0 || !drawNew(random)) {
			return 0;
		}
		return (random.nextDouble() < this.inOrder) ? all : 1 + random.nextInt(all);
	}

}
