package io.fovea.cli.train;

import io.fovea.cli.run.RunFolder;
import io.fovea.data.DataSplit;
import io.fovea.network.Network;
import java.util.List;

/**
 * A run that is ready to start: its flags are checked, its images open and its folder created.
 *
 * @param data the data set's name as given
 * @param parts the training images, and those held out
 * @param remarks the decisions on structure, weights and preprocessing, a line each
 * @param resumed whether it resumes from the folder's checkpoint
 * @param json whether the result is printed as JSON
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
  /** Whether the run starts from a pretrained network. */
  public boolean isTransfer() {
    return settings.transfer().isOn();
  }
}
