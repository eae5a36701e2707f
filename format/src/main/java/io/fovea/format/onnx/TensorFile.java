package io.fovea.format.onnx;

import com.google.protobuf.InvalidProtocolBufferException;
import io.fovea.format.FormatException;
import io.fovea.format.content.InputFile;
import io.fovea.format.content.OutputFile;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.graph.TensorProtos;
import io.fovea.format.onnx.proto.TensorProto;
import io.fovea.format.onnx.value.NdArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file with one array, as in ONNX's test data ({@code TensorProto}, {@code .pb}).
 *
 * @param name the array's name; often empty
 * @param array the values
 */
public record TensorFile(String name, NdArray array) {
  /** The tensors of SequenceProto and OptionalProto; in TensorProto a field that is not in use. */
  private static final int SEQUENCE_VALUES = 3;

  /**
   * Reads a file.
   *
   * @throws FormatException if it cannot be read, or is damaged
   */
  public static TensorFile read(Path file) throws FormatException {
    String place = Quotation.fileName(file) + ": read";
    InputFile.requireFile(file, place);
    try {
      TensorProto tensor = TensorProto.parseFrom(Files.readAllBytes(file));
      if (tensor.getUnknownFields().hasField(SEQUENCE_VALUES)) {
        throw new FormatException(
            place
                + ": expects a tensor (TensorProto), got a sequence or an optional value; write its tensors to files of their own");
      }
      if (!tensor.hasDataType()) {
        throw new FormatException(
            place + ": this is no ONNX tensor, for it has no element type; check the path");
      }
      return new TensorFile(tensor.getName(), TensorProtos.read(tensor, place));
    } catch (InvalidProtocolBufferException damaged) {
      throw new FormatException(
          place + ": this is no ONNX tensor, or it is damaged or cut off; fetch or write it again",
          damaged);
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  /**
   * Writes a file atomically.
   *
   * @throws FormatException if it cannot be written
   */
  public void write(Path file) throws FormatException {
    OutputFile.write(file, TensorProtos.write(name, array)::writeTo);
  }
}
