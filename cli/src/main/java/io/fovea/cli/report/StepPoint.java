package io.fovea.cli.report;

import io.fovea.train.StepReport;

/**
 * One step of a run, for curves.
 *
 * @param step its number, from 1
 * @param loss the batch's mean loss before its update
 * @param accuracy the batch's accuracy before its update
 */
public record StepPoint(long step, double loss, double accuracy) {
  public static StepPoint of(StepReport report) {
    return new StepPoint(report.step(), report.loss(), report.accuracy());
  }
}
