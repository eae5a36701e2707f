package io.fovea.kernel.vector;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the choice between two loops of the same result needs to know of the processor. A wrong
 * guess costs time, no bit of a result.
 */
final class Processor {
  /** Linux says it here, for each core; the first will do. */
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private static final int FIRST_CORE = 1024; // bytes, about

  /** Windows says it here. */
  private static final String IDENTIFIER = "PROCESSOR_IDENTIFIER";

  /** Zen 3 and 4; of these only Zen 4 has vectors of 512 bits. */
  private static final int FAMILY_OF_ZEN_4 = 25;

  private static final Pattern FAMILY = Pattern.compile("(?i)family\\s*:?\\s*(\\d{1,4})\\b");

  private Processor() {}

  /** Whether this processor, given that it has vectors of 512 bits, computes them in two halves. */
  static boolean splitsVectors() {
    String text = System.getenv(IDENTIFIER);
    if (text == null) {
      try (InputStream in = Files.newInputStream(CPU_INFO)) {
        text = new String(in.readNBytes(FIRST_CORE), StandardCharsets.US_ASCII);
      } catch (IOException | SecurityException unknown) {
        return false;
      }
    }
    return splitsVectors(text);
  }

  /** The same for a processor that describes itself so. */
  static boolean splitsVectors(String text) {
    Matcher family = FAMILY.matcher(text);
    return text.contains("AuthenticAMD")
        && family.find()
        && Integer.parseInt(family.group(1)) == FAMILY_OF_ZEN_4;
  }
}
