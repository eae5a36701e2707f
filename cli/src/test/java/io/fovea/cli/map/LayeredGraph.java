package io.fovea.cli.map;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * A graph without cycles, laid out in rows: what is used is below who uses it (Sugiyama, Tagawa and
 * Toda, 1981). Edges that follow from others are left out. The same graph gives the same picture.
 */
final class LayeredGraph {
  private static final double GAP = 14;
  private static final double BEND = 10;
  private static final int SWEEPS = 24;

  /** A node, or a place where an edge passes a row; {@code x} is its centre. */
  static final class Place {
    final String name;
    final int row;
    final double width;
    final List<Place> above = new ArrayList<>();
    final List<Place> below = new ArrayList<>();
    double x;

    Place(String name, int row, double width) {
      this.name = name;
      this.row = row;
      this.width = width;
    }

    /** Whether only an edge passes here. */
    boolean isBend() {
      return name.isEmpty();
    }
  }

  private final Map<String, Place> nodes = new LinkedHashMap<>();
  private final List<List<Place>> rows = new ArrayList<>();
  private final List<List<Place>> edges = new ArrayList<>();

  /**
   * Lays out a graph.
   *
   * @param uses what each node uses; all nodes are keys
   * @param width of a node's box
   */
  LayeredGraph(Map<String, Set<String>> uses, ToDoubleFunction<String> width) {
    Map<String, Integer> levels = new TreeMap<>();
    uses.keySet().forEach(name -> level(name, uses, levels, new TreeSet<>()));
    int top = levels.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    for (int row = 0; row <= top; row++) {
      rows.add(new ArrayList<>());
    }
    levels.forEach((name, level) -> nodes.put(name, add(name, top - level, width)));
    reduced(uses).forEach((from, targets) -> targets.forEach(to -> connect(from, to)));
    order();
    place();
  }

  private static int level(
      String name, Map<String, Set<String>> uses, Map<String, Integer> levels, Set<String> path) {
    if (!path.add(name)) {
      throw new IllegalArgumentException("map: expected no cycle, got one through " + path);
    }
    Integer known = levels.get(name);
    if (known == null) {
      known = 0;
      for (String used : uses.getOrDefault(name, Set.of())) {
        known = Math.max(known, 1 + level(used, uses, levels, path));
      }
      levels.put(name, known);
    }
    path.remove(name);
    return known;
  }

  /** Without the edges to what is reached by a longer way. */
  private static Map<String, Set<String>> reduced(Map<String, Set<String>> uses) {
    Map<String, Set<String>> reduced = new TreeMap<>();
    uses.forEach(
        (name, targets) -> {
          Set<String> kept = new TreeSet<>(targets);
          for (String target : targets) {
            Set<String> reached = new TreeSet<>();
            reach(target, uses, reached);
            kept.removeAll(reached);
          }
          reduced.put(name, kept);
        });
    return reduced;
  }

  private static void reach(String name, Map<String, Set<String>> uses, Set<String> reached) {
    for (String used : uses.getOrDefault(name, Set.of())) {
      if (reached.add(used)) {
        reach(used, uses, reached);
      }
    }
  }

  private Place add(String name, int row, ToDoubleFunction<String> width) {
    Place place = new Place(name, row, name.isEmpty() ? BEND : width.applyAsDouble(name));
    rows.get(row).add(place);
    return place;
  }

  private void connect(String from, String to) {
    Place last = node(from);
    Place end = node(to);
    List<Place> edge = new ArrayList<>(List.of(last));
    while (last.row + 1 < end.row) {
      last = link(last, add("", last.row + 1, name -> 0));
      edge.add(last);
    }
    edge.add(link(last, end));
    edges.add(edge);
  }

  private static Place link(Place upper, Place lower) {
    upper.below.add(lower);
    lower.above.add(upper);
    return lower;
  }

  private Place node(String name) {
    Place place = nodes.get(name);
    if (place == null) {
      throw new IllegalArgumentException("map: expected a node of the graph, got " + name);
    }
    return place;
  }

  /** Orders rows by the mean place of their neighbours, and keeps what crosses least. */
  private void order() {
    List<List<Place>> best = copy();
    int least = crossings();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int k = 1; k < rows.size(); k++) {
        int row = down ? k : rows.size() - 1 - k;
        Map<Place, Double> means = new HashMap<>();
        for (Place place : rows.get(row)) {
          List<Place> near = down ? place.above : place.below;
          List<Place> other = rows.get(down ? row - 1 : row + 1);
          double own = rows.get(row).indexOf(place);
          means.put(place, near.stream().mapToInt(other::indexOf).average().orElse(own));
        }
        rows.get(row).sort(Comparator.comparingDouble(means::get));
      }
      if (crossings() < least) {
        least = crossings();
        best = copy();
      }
    }
    rows.clear();
    rows.addAll(best);
  }

  private List<List<Place>> copy() {
    return rows.stream().<List<Place>>map(ArrayList::new).toList();
  }

  /** Pairs of edges between neighbouring rows that cross each other. */
  int crossings() {
    int crossings = 0;
    for (int row = 0; row + 1 < rows.size(); row++) {
      List<int[]> lines = new ArrayList<>();
      for (int k = 0; k < rows.get(row).size(); k++) {
        for (Place lower : rows.get(row).get(k).below) {
          lines.add(new int[] {k, rows.get(row + 1).indexOf(lower)});
        }
      }
      for (int[] a : lines) {
        for (int[] b : lines) {
          crossings += a[0] < b[0] && a[1] > b[1] ? 1 : 0;
        }
      }
    }
    return crossings;
  }

  /** Moves every place towards the middle of its neighbours, as far as the row has room. */
  private void place() {
    for (List<Place> row : rows) {
      double x = 0;
      for (Place place : row) {
        place.x = x + place.width / 2;
        x += place.width + GAP;
      }
    }
    for (int round = 0; round < 200; round++) {
      for (List<Place> row : rows) {
        double[] wanted = new double[row.size()];
        for (int k = 0; k < wanted.length; k++) {
          Place place = row.get(k);
          List<Place> near = new ArrayList<>(place.above);
          near.addAll(place.below);
          wanted[k] = near.stream().mapToDouble(other -> other.x).average().orElse(place.x);
        }
        separate(row, wanted);
      }
    }
    double left =
        rows.stream()
            .mapToDouble(row -> row.getFirst().x - row.getFirst().width / 2)
            .min()
            .orElse(0);
    rows.forEach(row -> row.forEach(place -> place.x -= left));
  }

  /**
   * The places next to the wanted ones that keep the gaps: regression under an order, by pooling
   * neighbours that would overlap (Ayer and others, 1955). Places of many edges weigh more.
   */
  private static void separate(List<Place> row, double[] wanted) {
    int count = 0;
    double[] means = new double[wanted.length];
    double[] weights = new double[wanted.length];
    int[] sizes = new int[wanted.length];
    double[] offsets = new double[wanted.length];
    for (int k = 0; k < wanted.length; k++) {
      Place place = row.get(k);
      offsets[k] = k == 0 ? 0 : offsets[k - 1] + (row.get(k - 1).width + place.width) / 2 + GAP;
      means[count] = wanted[k] - offsets[k];
      weights[count] = Math.max(1, place.above.size() + place.below.size());
      sizes[count] = 1;
      count++;
      while (count > 1 && means[count - 2] >= means[count - 1]) {
        count--;
        double both = weights[count - 1] + weights[count];
        means[count - 1] =
            (means[count - 1] * weights[count - 1] + means[count] * weights[count]) / both;
        weights[count - 1] = both;
        sizes[count - 1] += sizes[count];
      }
    }
    int k = 0;
    for (int block = 0; block < count; block++) {
      for (int n = 0; n < sizes[block]; n++, k++) {
        row.get(k).x = means[block] + offsets[k];
      }
    }
  }

  List<List<Place>> rows() {
    return rows;
  }

  /** Each edge as the places that it passes, from who uses to what is used. */
  List<List<Place>> edges() {
    return edges;
  }

  double width() {
    return rows.stream()
        .mapToDouble(row -> row.getLast().x + row.getLast().width / 2)
        .max()
        .orElse(0);
  }
}
