package io.heliograph.broker.engine;

/** Takes the copies of groups that a member cannot deliver. */
interface Refusals {

	/**
	 * Takes one, for another member. Called under the monitor of the member, so it
	 * neither blocks nor calls one.
	 * @param why what is counted if no other can deliver it
	 * @return false if too many wait here: it stays with the member, which is woken later
	 */
	boolean refused(Outbound by, Copy copy, Drop why);

}
