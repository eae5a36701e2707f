package io.fovea.cli.train.record;

import io.fovea.cli.run.EventFile;
import io.fovea.train.EpochReport;
import io.fovea.train.Listener;
import io.fovea.train.StepReport;
import io.fovea.train.Training;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the content of metrics.jsonl as scalars for TensorBoard. Tags: step/loss, step/total_loss,
 * step/accuracy, step/learning_rate of each logged step, and loss/ and accuracy/ of train,
 * validation and test of each epoch, at the epoch's last step.
 *
 * @param events the file
 * @param every steps between logged ones, as in metrics.jsonl
 */
public record EventLog(EventFile events, int every) implements Listener {
  @Override
  public void onStep(Training training, StepReport step) {
    if (step.step() % every != 0 && step.step() != 1) {
      return;
    }
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("step/loss", step.loss());
    scalars.put("step/total_loss", step.totalLoss());
    scalars.put("step/accuracy", step.accuracy());
    scalars.put("step/learning_rate", step.learningRate());
    append(step.step(), scalars);
  }

  @Override
  public void onEpoch(Training training, EpochReport epoch) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss/train", epoch.trainLoss());
    scalars.put("accuracy/train", epoch.trainAccuracy());
    epoch.validation().ifPresent(score -> put(scalars, "validation", score));
    epoch.test().ifPresent(score -> put(scalars, "test", score));
    append(epoch.step(), scalars);
  }

  private static void put(Map<String, Double> scalars, String set, EpochReport.Score score) {
    scalars.put("loss/" + set, score.loss());
    scalars.put((score.isMeanAp() ? "mean_ap/" : "accuracy/") + set, score.accuracy());
  }

  private void append(long step, Map<String, Double> scalars) {
    FolderWrite.run(() -> events.append(System.currentTimeMillis() / 1000.0, step, scalars));
  }
}
