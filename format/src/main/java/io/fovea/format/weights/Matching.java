package io.fovea.format.weights;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import io.fovea.format.tensors.DataType;
import io.fovea.format.tensors.TensorEntry;
import io.fovea.layer.Parameter;
import io.fovea.network.Graph;
import io.fovea.network.NamePattern;
import io.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the tensor of a file for each weight and buffer of a network by names and shapes, before
 * any value is read; collects all misfits in one error.
 */
public final class Matching {
  /** The most misfits in a message; further ones are only counted. */
  private static final int MOST_LISTED = 100;

  /** Some programs write a single number as a list of one. */
  private static final Shape ONE = Shape.of(1);

  private static final String COUNT = ".num_batches_tracked";

  private final Graph graph;
  private final List<NamePattern> skipped;
  private final Map<String, String> renames;
  private final boolean foreign;
  private final List<String> misfits = new ArrayList<>();

  private Matching(
      Graph graph, List<NamePattern> skipped, Map<String, String> renames, boolean foreign) {
    this.graph = graph;
    this.skipped = skipped;
    this.renames = renames;
    this.foreign = foreign;
  }

  /**
   * For a file of this library.
   *
   * @param skipped weights that are left out, and tensors that are ignored
   * @param renames from names in the file to names in the network, full ones or prefixes
   */
  public static Matching own(Graph graph, List<NamePattern> skipped, Map<String, String> renames) {
    return new Matching(graph, skipped, renames, false);
  }

  /**
   * The same for a file of another program: tensors may have names of {@link ModuleNames}, counts
   * may be missing or superfluous, and a dense layer may be a 1x1 convolution there.
   */
  public static Matching foreign(
      Graph graph, List<NamePattern> skipped, Map<String, String> renames) {
    return new Matching(graph, skipped, renames, true);
  }

  /**
   * The tensor of each weight, once.
   *
   * @param place the file and operation, for messages
   * @param cure the end of the error
   * @throws FormatException if they do not fit; the message lists the misfits
   */
  public Map<String, TensorEntry> of(String place, Collection<TensorEntry> tensors, String cure)
      throws FormatException {
    Map<String, TensorEntry> renamed = renamed(tensors);
    Map<String, TensorEntry> found = found(renamed);
    checkUse(tensors, renamed.keySet());
    if (misfits.isEmpty()) {
      return found;
    }
    String listed = String.join("; ", misfits.subList(0, Math.min(MOST_LISTED, misfits.size())));
    String rest =
        misfits.size() > MOST_LISTED ? "; and " + (misfits.size() - MOST_LISTED) + " more" : "";
    throw new FormatException(
        "%s: does not fit the network: %s%s; %s".formatted(place, listed, rest, cure));
  }

  private Map<String, TensorEntry> renamed(Collection<TensorEntry> tensors) {
    Map<String, TensorEntry> renamed = new LinkedHashMap<>();
    List<String> given = tensors.stream().map(entry -> renamed(entry.name())).toList();
    ModuleNames modules = ModuleNames.of(graph, foreign ? given : List.of());
    for (TensorEntry entry : tensors) {
      String name = modules.weight(renamed(entry.name()));
      TensorEntry other = renamed.putIfAbsent(name, entry);
      if (other != null && !skips(name)) {
        misfits.add(
            "%s comes from both %s and %s"
                .formatted(
                    Quotation.name(name),
                    Quotation.name(other.name()),
                    Quotation.name(entry.name())));
      }
    }
    return renamed;
  }

  private Map<String, TensorEntry> found(Map<String, TensorEntry> renamed) {
    Map<String, TensorEntry> found = new LinkedHashMap<>();
    Set<String> known = new HashSet<>();
    for (Graph.Weight weight : graph.weights()) {
      known.add(weight.name());
      if (skips(weight.name())) {
        continue;
      }
      TensorEntry entry = renamed.get(weight.name());
      Shape shape = weight.parameter().shape();
      boolean isCount = weight.parameter().role() == Parameter.Role.COUNT;
      if (entry == null && isCount && foreign) {
        continue; // PyTorch before 0.4.1 has none
      }
      if (entry == null) {
        misfits.add("%s is missing, expected %s".formatted(weight.name(), shape));
      } else if (!entry.has(shape)
          && !(isCount && entry.has(ONE))
          && !(foreign && entry.isPointwise(shape))) {
        misfits.add(
            "%s is %s, expected %s"
                .formatted(both(weight.name(), entry), entry.shapeText(), shape));
      } else if (isCount ? entry.type() != DataType.I64 : !entry.type().isWeight()) {
        misfits.add(
            "%s has type %s, expected %s"
                .formatted(
                    both(weight.name(), entry), entry.type(), isCount ? "I64" : DataType.WEIGHTS));
      } else {
        found.put(weight.name(), entry);
      }
    }
    renamed.forEach(
        (name, entry) -> {
          boolean isSpare = foreign && entry.type() == DataType.I64 && name.endsWith(COUNT);
          if (!known.contains(name) && !skips(name) && !isSpare) {
            misfits.add(
                "%s (%s) is not in the network".formatted(both(name, entry), entry.shapeText()));
          }
        });
    return found;
  }

  /** The rename for a tensor, or "" if there is none: of several, the longest. */
  private String renameOf(String tensor) {
    String longest = "";
    for (String from : renames.keySet()) {
      boolean matches = tensor.equals(from) || tensor.startsWith(from + ".");
      if (matches && from.length() > longest.length()) {
        longest = from;
      }
    }
    return longest;
  }

  private String renamed(String tensor) {
    String from = renameOf(tensor);
    return from.isEmpty() ? tensor : renames.get(from) + tensor.substring(from.length());
  }

  private boolean skips(String name) {
    return skipped.stream().anyMatch(pattern -> pattern.matches(name));
  }

  private static String both(String name, TensorEntry entry) {
    return name.equals(entry.name())
        ? Quotation.name(name)
        : Quotation.name(name) + " (in the file " + Quotation.name(entry.name()) + ")";
  }

  /** A rename or pattern that changes nothing is a typing error. */
  private void checkUse(Collection<TensorEntry> tensors, Set<String> renamed) {
    Set<String> used = new HashSet<>();
    tensors.forEach(entry -> used.add(renameOf(entry.name())));
    renames.keySet().stream()
        .filter(from -> !used.contains(from))
        .sorted()
        .forEach(from -> misfits.add("the rename of " + Quotation.of(from) + " matches no tensor"));
    List<String> names = new ArrayList<>(renamed);
    graph.weights().forEach(weight -> names.add(weight.name()));
    skipped.stream()
        .filter(pattern -> names.stream().noneMatch(pattern::matches))
        .forEach(
            pattern ->
                misfits.add("the pattern " + Quotation.of(pattern.text()) + " matches no weight"));
  }
}
