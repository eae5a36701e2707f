package io.fovea.cli.serve;

import java.util.List;
import java.util.Optional;

/**
 * An inference request of the Open Inference Protocol, without what follows its JSON.
 *
 * @param id the caller's name for it, which the answer repeats
 * @param binaryOutput whether outputs come as binary data unless they say otherwise
 * @param inputs the tensors sent
 * @param outputs those wanted; none for all
 */
record InferenceRequest(
    Optional<String> id, boolean binaryOutput, List<Input> inputs, List<Output> outputs) {
  /**
   * A tensor sent.
   *
   * @param data its values, where they are part of the JSON
   * @param binaryBytes how many bytes behind the JSON hold its values; below 0 for none
   */
  record Input(
      String name,
      String datatype,
      List<Integer> shape,
      Optional<TensorData> data,
      long binaryBytes) {}

  /**
   * A tensor wanted.
   *
   * @param binary whether as binary data, where that is said
   * @param classes how many of the most probable classes are wanted instead of all values; 0 for
   *     the values
   */
  record Output(String name, Optional<Boolean> binary, int classes) {}
}
