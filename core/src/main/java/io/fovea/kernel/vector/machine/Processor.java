package io.fovea.kernel.vector.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Properties of the processor, for the choice between loops with the same result. A wrong guess
 * costs time and changes no bit.
 */
public final class Processor {
  /** The description of each core on Linux; the first is used. */
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private static final int FIRST_CORE = 1024; // about how many bytes describe a core

  private static final int FIRST_FEATURES = 8192; // bytes that contain the list of features

  private static final Pattern FEATURES = Pattern.compile("(?m)^(?:flags|Features)\\s*:(.*)$");

  /** The environment variable that describes the processor on Windows. */
  private static final String IDENTIFIER = "PROCESSOR_IDENTIFIER";

  /** The file with the size of the L2 cache on Linux. */
  private static final Path SECOND_CACHE_SIZE =
      Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

  /** The size where it is unknown: most server cores have at least this. */
  private static final int USUAL_SECOND_CACHE = 1 << 20;

  private static final Pattern KIBIBYTES = Pattern.compile("(\\d{1,7})K\\s*");

  /** Bytes of a core's L2 cache. */
  public static final int SECOND_CACHE = secondCache();

  /** The family of Zen 3 and 4, of which only Zen 4 has vectors of 512 bits. */
  private static final int FAMILY_OF_ZEN_4 = 25;

  private static final Pattern FAMILY = Pattern.compile("(?i)family\\s*:?\\s*(\\d{1,4})\\b");

  private Processor() {}

  private static int secondCache() {
    try {
      return secondCache(Files.readString(SECOND_CACHE_SIZE));
    } catch (IOException | SecurityException unknown) {
      return USUAL_SECOND_CACHE;
    }
  }

  /** The bytes of a text such as 2048K; the usual size where the text is another. */
  static int secondCache(String text) {
    Matcher size = KIBIBYTES.matcher(text);
    if (!size.matches()) {
      return USUAL_SECOND_CACHE;
    }
    return Math.clamp(Integer.parseInt(size.group(1)) * 1024L, 1 << 18, 1 << 26);
  }

  /**
   * Floats in the longest vector that this processor reports; 0 where it reports none. Does not
   * need the Vector API.
   */
  public static int lanes() {
    return lanes(beginning(FIRST_FEATURES));
  }

  /** The same for a given description of a processor. */
  static int lanes(String text) {
    Matcher line = FEATURES.matcher(text);
    List<String> features = line.find() ? List.of(line.group(1).strip().split("\\s+")) : List.of();
    if (features.contains("avx512bw")) { // without it HotSpot's vectors have 256 bits
      return 16;
    }
    if (features.contains("avx2")) {
      return 8;
    }
    return features.contains("sse4_2") || features.contains("asimd") ? 4 : 0;
  }

  /** The beginning of Linux's description of the first core; empty on other systems. */
  private static String beginning(int bytes) {
    try (InputStream in = Files.newInputStream(CPU_INFO)) {
      return new String(in.readNBytes(bytes), StandardCharsets.US_ASCII);
    } catch (IOException | SecurityException unknown) {
      return "";
    }
  }

  /** Whether this processor, given that it has vectors of 512 bits, computes them in two halves. */
  static boolean splitsVectors() {
    String text = System.getenv(IDENTIFIER);
    return splitsVectors(text != null ? text : beginning(FIRST_CORE));
  }

  /** The same for a given description of a processor. */
  static boolean splitsVectors(String text) {
    Matcher family = FAMILY.matcher(text);
    return text.contains("AuthenticAMD")
        && family.find()
        && Integer.parseInt(family.group(1)) == FAMILY_OF_ZEN_4;
  }
}
