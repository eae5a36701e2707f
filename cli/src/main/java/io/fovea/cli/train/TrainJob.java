package io.fovea.cli.train;

import io.fovea.cli.run.RunFolder;
import io.fovea.data.DataSplit;
import io.fovea.network.Network;
import java.util.List;

/**
 * A run that may begin: all flags are right, the images are open and the folder is there.
 *
 * @param data the name that the data set was asked for by
 * @param parts what is left of the training images, and those to choose by
 * @param remarks what was decided on structure, weights and preprocessing, a line each
 * @param resumed whether the folder has a checkpoint to go on from
 * @param json whether the result is to be JSON
 */
public record TrainJob(
    Settings settings,
    String data,
    DataSplit split,
    TrainingParts parts,
    Network network,
    List<String> remarks,
    RunFolder folder,
    boolean resumed,
    boolean json) {
  /** Whether the run begins with a pretrained network. */
  public boolean isTransfer() {
    return settings.transfer().isOn();
  }
}
