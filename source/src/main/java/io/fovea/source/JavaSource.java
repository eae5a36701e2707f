package io.fovea.source;

import io.fovea.format.FormatException;
import io.fovea.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Writes a network as a class of its own for Java 8 and later, Android too, which needs no other
 * class than those of the JDK: plain loops that compute the outputs of the reference kernels except
 * for rounding, and the model's preprocessing to the last bit. docs/java-8.md has the methods of
 * the written class.
 */
public final class JavaSource {
  private static final int MOST_LABELS = 5000; // more than that no class can initialise
  private static final int MOST_BYTES = 65_535; // of a text in a class file (JVMS 4.4.7)
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  private JavaSource() {}

  /**
   * Writes a network as a class without a package, and its weights: Digits.java and Digits.weights.
   *
   * @throws FormatException as {@link #write(Network, String, String, Path)}
   */
  public static void write(Network network, Path file) throws FormatException {
    write(network, "", network.toString(), file);
  }

  /**
   * The same in a package.
   *
   * @param packageName such as com.example; an empty text for none
   * @param origin what the comment at the beginning of the class says of the model
   * @return the file of the weights
   * @throws FormatException if a file cannot be written
   * @throws IllegalArgumentException if the package's or the file's name is none, there are more
   *     than 5,000 classes, a label has more than 65,535 bytes, or a layer is one of your own; the
   *     message names it
   */
  public static Path write(Network network, String packageName, String origin, Path file)
      throws FormatException {
    Network model = network.copy(); // consistent weights, labels and preprocessing
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.java$", "");
    require(name, "the name of a class, such as Digits.java", file.getFileName());
    for (String part : packageName.isEmpty() ? new String[0] : packageName.split("\\.", -1)) {
      require(part, "a package, such as com.example", packageName);
    }
    if (model.labels().size() > MOST_LABELS) {
      throw new IllegalArgumentException(
          "java source: expects at most %,d classes, got %,d; export a network with fewer outputs"
              .formatted(MOST_LABELS, model.labels().size()));
    }
    for (String label : model.labels()) {
      int bytes = label.chars().map(c -> c > 0 && c < 0x80 ? 1 : c < 0x800 ? 2 : 3).sum();
      if (bytes > MOST_BYTES) {
        throw new IllegalArgumentException(
            "java source: expects labels of at most %,d bytes, as a class file does, got %,d for \"%.20s...\"; give the class a shorter name"
                .formatted(MOST_BYTES, bytes, label));
      }
    }
    Path weights = file.resolveSibling(name + ".weights");
    try {
      new SourceClass(model, packageName, name, origin).write(file, weights);
      return weights;
    } catch (IOException e) {
      throw FormatException.of(weights.toFile().isDirectory() ? weights : file, "java source", e);
    }
  }

  private static void require(String name, String expected, Object got) {
    if (!NAME.matcher(name).matches() || SourceText.TAKEN.contains(name)) {
      throw new IllegalArgumentException(
          "java source: expects %s, got \"%s\"; give another one".formatted(expected, got));
    }
  }
}
