package io.fovea.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Recognises PyTorch's files by their first bytes; names are ignored. */
enum TorchContent {
  /** A zip container, as torch.save writes since PyTorch 1.6. */
  ARCHIVE,
  /** A sequence of pickles, or a tar file, as older versions wrote. */
  LEGACY,
  /** Any other content, including safetensors. */
  OTHER;

  private static final int LOOKED_AT = 262;

  /** The signature of a zip file's first entry. */
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** Protocol 2 and a number of ten bytes, PyTorch's magic one. */
  private static final byte[] PICKLE = {(byte) 0x80, 2, (byte) 0x8a, 10};

  private static final byte[] TAR = "ustar".getBytes(StandardCharsets.US_ASCII);
  private static final int TAR_AT = 257;

  /** The offset of the brace at the beginning of a safetensors header. */
  private static final int BRACE_AT = 8;

  static TorchContent of(FileChannel channel) throws IOException {
    ByteBuffer start = ByteBuffer.allocate(LOOKED_AT);
    while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {}
    byte[] bytes = start.array();
    if (has(bytes, 0, ZIP) && bytes[BRACE_AT] != '{') {
      return ARCHIVE;
    }
    return has(bytes, 0, PICKLE) || has(bytes, TAR_AT, TAR) ? LEGACY : OTHER;
  }

  /** The content of a file; {@link #OTHER} where it cannot be read. */
  static TorchContent of(Path file) {
    if (!Files.isRegularFile(file)) {
      return OTHER; // a pipe would be waited for
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return of(channel);
    } catch (IOException unreadable) {
      return OTHER; // the reader that opens it next reports the error
    }
  }

  private static boolean has(byte[] bytes, int at, byte[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (bytes[at + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
