package io.fovea.format.onnx.graph;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.proto.StringStringEntryProto;
import io.fovea.format.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Values that lie in files beside a model (onnx.ai, "External Data"): in its folder or below, and
 * nowhere else, whatever the file says.
 *
 * @param folder the model's; null where nothing may lie outside
 */
record ExternalData(@Nullable Path folder) {
  static final ExternalData NONE = new ExternalData(null);

  /** The bytes of a tensor: exactly as many as its shape needs. */
  RawBytes bytes(TensorProto tensor, long needed, String where) throws FormatException {
    String location = "";
    long offset = 0;
    long length = needed;
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      switch (entry.getKey()) {
        case "location" -> location = entry.getValue();
        case "offset" -> offset = number(entry, where);
        case "length" -> length = number(entry, where);
        default -> {} // a checksum, or an entry of a later version
      }
    }
    if (length != needed || needed > Integer.MAX_VALUE - 8) {
      throw new FormatException(
          "%s needs %d bytes, got external data of length %d; the file is damaged"
              .formatted(where, needed, length));
    }
    Path file = file(location, where);
    if (!Files.isRegularFile(file)) { // a pipe would block the reader
      throw new FormatException(
          "%s: expects its external data in a file, got %s, which is a folder, a pipe or a device; put the file there"
              .formatted(where, Quotation.of(location)));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (offset > channel.size() - length) {
        throw new FormatException(
            "%s needs %d bytes from byte %d of %s, which has %d; the file is cut off, fetch it again"
                .formatted(where, length, offset, Quotation.of(location), channel.size()));
      }
      return RawBytes.of(file, offset, needed);
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  private static long number(StringStringEntryProto entry, String where) throws FormatException {
    try {
      long value = Long.parseLong(entry.getValue());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException notOne) {
      // reported below
    }
    throw new FormatException(
        "%s: %s of its external data must be a whole number from 0 up, got %s; the file is damaged"
            .formatted(where, entry.getKey(), Quotation.of(entry.getValue())));
  }

  private Path file(String location, String where) throws FormatException {
    FormatException outside =
        new FormatException(
            "%s: its external data must lie in the model's folder, got location %s; do not trust this file"
                .formatted(where, Quotation.of(location)));
    if (folder == null || location.isEmpty()) {
      throw outside;
    }
    try {
      Path file = folder.resolve(location).normalize();
      if (!file.startsWith(folder.normalize()) || Path.of(location).isAbsolute()) {
        throw outside;
      }
      // A link in the folder may point outside.
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw outside;
      }
      return file;
    } catch (InvalidPathException invalid) {
      throw outside;
    } catch (FormatException known) {
      throw known;
    } catch (IOException failure) {
      throw new FormatException(
          "%s: there is no file %s beside the model, where its values should be; put it there"
              .formatted(where, Quotation.of(location)),
          failure);
    }
  }
}
