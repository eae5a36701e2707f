package io.fovea.spark.train;

/**
 * A restart of a run after a worker was lost.
 *
 * @param number the number of the restart, from 1
 * @param most the most restarts
 * @param reason the reason
 * @param step the step of the checkpoint that it resumes from; 0 for the beginning
 */
public record Restart(int number, int most, String reason, long step) {}
