package io.fovea.format;

import io.fovea.format.message.Quotation;
import io.fovea.network.NamePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the tensors of a file become the weights of a network. Immutable.
 *
 * @param skipped weights whose names match keep their initial values, and tensors whose names match
 *     are ignored
 * @param renames from names in the file to names in the network: full names (fc.weight to
 *     dense2.weight), or prefixes before a dot (fc to dense2)
 */
public record Fitting(List<NamePattern> skipped, Map<String, String> renames) {
  public Fitting {
    skipped = List.copyOf(skipped);
    renames = Map.copyOf(renames);
  }

  /** A fitting in which every name and shape is as in the network. */
  public static Fitting exact() {
    return new Fitting(List.of(), Map.of());
  }

  /** The same, ignoring names that match this pattern; they are names after renaming. */
  public Fitting skip(String pattern) {
    List<NamePattern> more = new ArrayList<>(skipped);
    more.add(new NamePattern(pattern));
    return new Fitting(more, renames);
  }

  /**
   * The same with one more rename.
   *
   * @throws IllegalArgumentException if a name is empty, or the first one is renamed already
   */
  public Fitting rename(String from, String to) {
    if (from.isEmpty() || to.isEmpty() || renames.containsKey(from)) {
      throw new IllegalArgumentException(
          "rename: expects two names, each old one once, got %s to %s; give OLD and NEW"
              .formatted(Quotation.of(from), Quotation.of(to)));
    }
    Map<String, String> more = new LinkedHashMap<>(renames);
    more.put(from, to);
    return new Fitting(skipped, more);
  }
}
