package io.fovea.train;

import io.fovea.network.Network;
import java.util.List;

/**
 * What a run has done.
 *
 * @param network the trained network
 * @param epochs the finished epochs
 * @param steps updates done
 * @param stopped true if a listener stopped the run before its last epoch ended
 */
public record History(Network network, List<EpochReport> epochs, long steps, boolean stopped) {}
