package io.fovea.spark.train;

/**
 * A run that goes on after a worker was lost.
 *
 * @param number which restart it is, from 1
 * @param most how many there may be
 * @param reason what has happened
 * @param step the step of the checkpoint that it goes on from; 0 for the beginning
 */
public record Restart(int number, int most, String reason, long step) {}
