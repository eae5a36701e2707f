package io.fovea.format.onnx.lower;

import io.fovea.network.Graph;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names for the nodes of a core graph from those of an ONNX file, which may contain any characters
 * or be empty: letters, digits, _ and - stay, other characters become _, and a duplicate gets a
 * number.
 */
final class NodeNames {
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]+");
  private static final Pattern EDGES = Pattern.compile("^_+|_+$");
  private static final int LONGEST = 200;

  private final Set<String> taken = new HashSet<>(Set.of(Graph.INPUT));

  /**
   * A new unique name.
   *
   * @param preferredName the name in the ONNX file, which may be empty
   * @param kind the prefix of a numbered name if nothing is left of that name
   */
  String settle(String preferredName, String kind) {
    String stem = stem(preferredName);
    String settled = stem.isEmpty() ? kind + 1 : stem;
    for (int number = 2; !taken.add(settled); number++) {
      settled = stem.isEmpty() ? kind + number : stem + "_" + number;
    }
    return settled;
  }

  private static String stem(String preferredName) {
    String name = FOREIGN.matcher(preferredName).replaceAll("_");
    String stem = name.equals(preferredName) ? name : EDGES.matcher(name).replaceAll("");
    return stem.length() > LONGEST ? stem.substring(0, LONGEST) : stem;
  }
}
