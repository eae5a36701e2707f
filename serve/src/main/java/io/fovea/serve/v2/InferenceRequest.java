package io.fovea.serve.v2;

import java.util.List;
import java.util.Optional;

/**
 * The JSON part of an inference request of the Open Inference Protocol.
 *
 * @param id the client's identifier, repeated in the response
 * @param binaryOutput whether outputs are binary data by default
 * @param inputs the input tensors
 * @param outputs the requested outputs; empty for all
 */
public record InferenceRequest(
    Optional<String> id, boolean binaryOutput, List<Input> inputs, List<Output> outputs) {
  /**
   * An input tensor.
   *
   * @param data its values, if they are part of the JSON
   * @param binaryBytes the number of bytes after the JSON with its values; negative for none
   */
  public record Input(
      String name,
      String datatype,
      List<Integer> shape,
      Optional<TensorData> data,
      long binaryBytes) {}

  /**
   * A requested output.
   *
   * @param binary whether it is binary data, if given
   * @param classes the number of most probable classes instead of all values; 0 for the values
   */
  public record Output(String name, Optional<Boolean> binary, int classes) {}
}
