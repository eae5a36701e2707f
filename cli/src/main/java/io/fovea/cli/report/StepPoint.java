package io.fovea.cli.report;

import io.fovea.train.StepReport;

/**
 * One step of a run, as curves show it.
 *
 * @param step its number in the run, from 1
 * @param loss the batch's mean loss before its update
 * @param accuracy the batch's share of right answers before its update
 */
public record StepPoint(long step, double loss, double accuracy) {
  /** The step that a listener has heard of. */
  public static StepPoint of(StepReport report) {
    return new StepPoint(report.step(), report.loss(), report.accuracy());
  }
}
