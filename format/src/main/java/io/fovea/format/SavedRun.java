package io.fovea.format;

import io.fovea.network.Network;
import io.fovea.train.Checkpoint;

/**
 * What a checkpoint file holds.
 *
 * @param network the network in training, with the checkpoint's weights
 * @param checkpoint how far the run has come
 */
public record SavedRun(Network network, Checkpoint checkpoint) {}
