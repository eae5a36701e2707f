package io.fovea.train;

/**
 * One training step.
 *
 * @param step its number in the run, from 1
 * @param epoch from 1
 * @param stepInEpoch from 1
 * @param stepsInEpoch steps of an epoch
 * @param loss the batch's mean loss before its update
 * @param totalLoss the same with the L2 term
 * @param accuracy the batch's accuracy before its update
 * @param learningRate the scheduled learning rate of this step
 * @param imagesPerSecond images of this step over its time
 */
public record StepReport(
    long step,
    int epoch,
    int stepInEpoch,
    int stepsInEpoch,
    double loss,
    double totalLoss,
    double accuracy,
    double learningRate,
    double imagesPerSecond) {}
