package io.fovea.format.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of files, recognised by their first bytes; names are ignored. */
public enum FileContent {
  /** Safetensors, with a header's length and its JSON. */
  SAFETENSORS(
      "a safetensors file",
      "read it by Models.load or fovea predict, or its weights by WeightsFile.read"),
  /** What torch.save writes since PyTorch 1.6: a zip container that begins with data.pkl. */
  TORCH(
      "a PyTorch file, which has weights but no network",
      "build the network and start from these weights (WeightsFile.read, or fovea train --init-from)"),
  /** A sequence of pickles, or a tar file, as older versions of PyTorch wrote. */
  OLD_TORCH(
      "a pickle or tar file, as PyTorch wrote before 1.6",
      "save its weights with a current PyTorch, torch.save(state_dict, FILE), and start from them (WeightsFile.read)"),
  ZIP("a zip archive", "unpack it and give a file in it"),
  GZIP("a gzip file", "unpack it by gunzip"),
  ONNX("an ONNX model", "read it by Onnx.read, or fovea import"),
  NUMPY("a NumPy array", "read it by Npy.read"),
  HDF5("an HDF5 file, as Keras writes", "export the model to ONNX, then read it by Onnx.read"),
  TENSORFLOW_LITE("a TensorFlow Lite model", "export the model to ONNX, then read it by Onnx.read"),
  PNG("a PNG image", "read it by Images.read, or fovea predict MODEL IMAGE"),
  JPEG("a JPEG image", "read it by Images.read, or fovea predict MODEL IMAGE"),
  GIF("a GIF image", "read it by Images.read, or fovea predict MODEL IMAGE"),
  BMP("a BMP image", "read it by Images.read, or fovea predict MODEL IMAGE"),
  LFS("a pointer of Git LFS instead of the file itself", "fetch the file by git lfs pull"),
  HTML("a web page, perhaps the error page of a download", "fetch the file again"),
  JSON(
      "JSON text",
      "read a network's description, which has no weights, by NetworkDescription.read, or fovea train --model"),
  /** Anything else. */
  UNKNOWN("", "");

  private static final int LOOKED_AT = 512;
  private static final int TAR_AT = 257;

  /** The longest header of the reference implementation of safetensors. */
  public static final long LONGEST_HEADER = 100_000_000;

  /** Where that header begins, behind its length. */
  private static final int HEADER_AT = 8;

  /** The length of the first entry's name in a zip file, and where it begins. */
  private static final int NAME_LENGTH_AT = 26;

  private static final int NAME_AT = 30;

  /** Versions of ONNX's format; 1 and 2 were never in use, and TensorFlow's files begin with 1. */
  private static final int FIRST_IR = 3;

  private static final int LAST_IR = 30;

  /** ONNX's fields behind the version: names, versions, texts, graph, opsets, metadata. */
  private static final byte[] IR_FOLLOWERS = {0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72};

  private final String description;
  private final String cure;

  FileContent(String description, String cure) {
    this.description = description;
    this.cure = cure;
  }

  /** What was expected, what this is, and what reads it; empty unless it is known to be another. */
  public Optional<String> unlike(FileContent expected) {
    return this == UNKNOWN || this == expected
        ? Optional.empty()
        : Optional.of("expects %s, got %s; %s".formatted(expected.description, description, cure));
  }

  public static FileContent of(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LOOKED_AT);
    while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {}
    return of(Arrays.copyOf(start.array(), start.position()));
  }

  /** The content of a file; {@link #UNKNOWN} where it cannot be read. */
  public static FileContent of(Path file) {
    if (!Files.isRegularFile(file)) {
      return UNKNOWN; // a pipe would be waited for
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel);
    } catch (IOException unreadable) {
      return UNKNOWN; // the reader that opens it next reports the error
    }
  }

  public static FileContent of(byte[] file) {
    byte[] bytes = Arrays.copyOf(file, LOOKED_AT); // zeros behind a short file's end
    if (isSafeTensors(bytes)) {
      return SAFETENSORS;
    }
    if (has(bytes, 0, 'P', 'K', 3, 4)) {
      return firstName(bytes).endsWith("/data.pkl") ? TORCH : ZIP;
    }
    if (has(bytes, 0, 0x80, 2, 0x8a, 10) || has(bytes, TAR_AT, 'u', 's', 't', 'a', 'r')) {
      return OLD_TORCH; // the pickle's first value is PyTorch's number of ten bytes
    }
    if (bytes[0] == 8 && bytes[1] >= FIRST_IR && bytes[1] <= LAST_IR && isIrFollower(bytes[2])) {
      return ONNX;
    }
    return magic(bytes);
  }

  private static FileContent magic(byte[] bytes) {
    if (has(bytes, 0, 0x89, 'P', 'N', 'G')) {
      return PNG;
    }
    if (has(bytes, 0, 0xff, 0xd8, 0xff)) {
      return JPEG;
    }
    if (has(bytes, 0, 'G', 'I', 'F', '8')) {
      return GIF;
    }
    if (has(bytes, 0, 'B', 'M') && has(bytes, 6, 0, 0, 0, 0)) {
      return BMP;
    }
    if (has(bytes, 0, 0x93, 'N', 'U', 'M', 'P', 'Y')) {
      return NUMPY;
    }
    if (has(bytes, 0, 0x89, 'H', 'D', 'F')) {
      return HDF5;
    }
    if (has(bytes, 4, 'T', 'F', 'L', '3')) {
      return TENSORFLOW_LITE;
    }
    return has(bytes, 0, 0x1f, 0x8b) ? GZIP : text(bytes);
  }

  private static FileContent text(byte[] bytes) {
    String start = new String(bytes, StandardCharsets.UTF_8);
    String text = start.replace("\uFEFF", "").stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      return LFS;
    }
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      return HTML;
    }
    return text.matches("(?s)(\\{\\s*[\"}]|\\[\\s*[\\[{\"0-9-]).*") ? JSON : UNKNOWN;
  }

  /** Whether a header may follow: a length in its limits, then a brace or the space before it. */
  private static boolean isSafeTensors(byte[] bytes) {
    long length = 0;
    for (int i = HEADER_AT - 1; i >= 0; i--) {
      length = (length << 8) | (bytes[i] & 0xff);
    }
    return length > 0 && length <= LONGEST_HEADER && "{ \t\r\n".indexOf(bytes[HEADER_AT]) >= 0;
  }

  private static String firstName(byte[] zip) {
    int length = (zip[NAME_LENGTH_AT] & 0xff) | ((zip[NAME_LENGTH_AT + 1] & 0xff) << 8);
    return new String(
        zip, NAME_AT, Math.min(length, LOOKED_AT - NAME_AT), StandardCharsets.ISO_8859_1);
  }

  private static boolean isIrFollower(byte tag) {
    return new String(IR_FOLLOWERS, StandardCharsets.ISO_8859_1).indexOf(tag) >= 0;
  }

  private static boolean has(byte[] bytes, int at, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if (bytes[at + i] != (byte) expected[i]) {
        return false;
      }
    }
    return true;
  }
}
