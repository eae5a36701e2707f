package io.fovea.format.onnx.graph;

import io.fovea.format.FormatException;
import io.fovea.format.message.Quotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sorts nodes so that each reads only values of nodes before it, and otherwise keeps the file's
 * order. Files should be sorted, but not all are.
 *
 * @param place the file and operation, for messages
 */
record TopologicalOrder(String place) {
  /** The most nodes of a cycle that a message names. */
  private static final int NAMED = 5;

  /**
   * The nodes in order.
   *
   * @param known names of values that exist before the first node
   */
  List<OnnxNode> sorted(List<OnnxNode> nodes, Set<String> known) throws FormatException {
    Map<String, Integer> makers = makers(nodes, known);
    int[] waiting = new int[nodes.size()];
    List<List<Integer>> readers = new ArrayList<>();
    nodes.forEach(node -> readers.add(new ArrayList<>()));
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : reads(nodes.get(i))) {
        Integer maker = makers.get(name);
        if (maker != null) {
          readers.get(maker).add(i);
          waiting[i]++;
        } else if (!known.contains(name)) {
          throw new FormatException(
              "%s: node %s reads %s, which nothing computes; the file is damaged"
                  .formatted(place, nodes.get(i).label(), Quotation.of(name)));
        }
      }
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < waiting.length; i++) {
      if (waiting[i] == 0) {
        ready.add(i);
      }
    }
    List<OnnxNode> sorted = new ArrayList<>();
    for (Integer next = ready.poll(); next != null; next = ready.poll()) {
      sorted.add(nodes.get(next));
      for (int reader : readers.get(next)) {
        if (--waiting[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    if (sorted.size() < nodes.size()) {
      String circle =
          java.util.stream.IntStream.range(0, waiting.length)
              .filter(i -> waiting[i] > 0)
              .limit(NAMED)
              .mapToObj(i -> nodes.get(i).label())
              .collect(Collectors.joining(", "));
      throw new FormatException(
          "%s: nodes read each other's outputs in a circle: %s; the file is damaged"
              .formatted(place, circle));
    }
    return sorted;
  }

  private Map<String, Integer> makers(List<OnnxNode> nodes, Set<String> known)
      throws FormatException {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        if (!output.isEmpty() && (known.contains(output) || makers.put(output, i) != null)) {
          throw new FormatException(
              "%s: two values have the name %s; the file is damaged"
                  .formatted(place, Quotation.of(output)));
        }
      }
    }
    return makers;
  }

  private static Set<String> reads(OnnxNode node) {
    Set<String> names = new LinkedHashSet<>(node.inputs());
    names.remove("");
    return names;
  }
}
