package io.fovea.replay;

import io.fovea.dataset.Image;
import io.fovea.train.Checkpoint;
import java.util.List;

/**
 * What happened in one step of a run.
 *
 * @param step its number, from 1
 * @param epoch its epoch, from 1
 * @param loss the mean loss of its images before the update
 * @param pictures its images, in the batch's order
 * @param parameters the trained parameters
 * @param before the state before the step
 * @param after the state after it
 */
public record ReplayedStep(
    long step,
    int epoch,
    double loss,
    List<Picture> pictures,
    List<Change> parameters,
    Checkpoint before,
    Checkpoint after) {
  /**
   * One image of the batch.
   *
   * @param index its index in the training images
   * @param label its label
   * @param view the image as the network saw it: augmented, and mixed where the run mixes
   * @param loss its loss before the update
   * @param answer the class with the largest output before the update
   * @param lossAfter its loss with the weights after the update, in the same batch
   * @param answerAfter the class with the largest output then
   * @param push the norm of its share of the gradient, over all trained parameters
   */
  public record Picture(
      int index,
      int label,
      Image view,
      double loss,
      int answer,
      double lossAfter,
      int answerAfter,
      double push) {}

  /**
   * One parameter's part in the step.
   *
   * @param name its name
   * @param weight the norm of its values before the step
   * @param gradient the norm of the loss's gradient, without L2 and clipping
   * @param update the norm of the change of its values
   */
  public record Change(String name, double weight, double gradient, double update) {}
}
