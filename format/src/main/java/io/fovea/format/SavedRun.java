package io.fovea.format;

import io.fovea.network.Network;
import io.fovea.train.Checkpoint;

/**
 * The content of a checkpoint file.
 *
 * @param network the network in training, with the checkpoint's weights
 * @param checkpoint the state of the run
 */
public record SavedRun(Network network, Checkpoint checkpoint) {}
